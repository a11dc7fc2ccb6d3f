"""From the checked files of a bundle to a ``RiskModel``: all faults of all files at once, and none left for a score."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from matac_ml.bundle.limits import LONGEST_DAYS
from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.parts import CurvesPart, LinearPart, ModelPart, read_interval
from matac_ml.bundle.scoring import BoosterScorer, LogisticCalibration, Scorer, ThinFileRule
from matac_ml.bundle.trees import tree_faults
from matac_ml.errors import BundleError, InvariantError, ShownError
from matac_ml.facts import RunFacts
from matac_ml.infile import read_plain
from matac_ml.manifest import LARGEST_FILE, from_json
from matac_ml.wording import forbidden_word

if TYPE_CHECKING:
    from matac_ml.spec import Feature, Outcome

Result = TypeVar("Result")
Part = TypeVar("Part", bound=BaseModel)

_ALWAYS = frozenset({"model.json", "features.json", "policy.yaml", "harm_index.yaml", "interval.csv"})
_OF_KIND = {"lightgbm": "booster.txt", "linear": "linear.json", "curves": "curves.json"}
_MOST_FEATURES = 2_000
_MESSAGE = "The bundle's files agree with its manifest, and hold what no training run writes. Train again."


class _Faults:
    """Collects what is wrong, file by file."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def reading(self, name: str, read: Callable[[], Result]) -> Result | None:
        """What was read, or None with its faults noted."""
        try:
            return read()
        except ValidationError as error:
            # The input is not repeated: it is whatever somebody put there.
            for fault in error.errors(include_input=False, include_url=False, include_context=False)[:20]:
                self.found.append(f"{name}, {'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}")
        except ShownError as error:
            self.note(name, [error.message, *error.faults])
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            self.found.append(f"{name}: it cannot be read ({type(error).__name__}: {error})"[:300])
        return None

    def note(self, name: str, faults: "list[str]") -> None:
        """Faults of a file that could be read."""
        self.found += [f"{name}: {fault}" for fault in faults]

    def raise_any(self) -> None:
        """Raise BundleError when there is any."""
        if self.found:
            raise BundleError(_MESSAGE, faults=self.found)


def read_model(files: Mapping[str, bytes], folder: Path) -> RiskModel:
    """Make a model of the files of a bundle.

    Parameters
    ----------
    files : mapping of str to bytes
        As the manifest names them, already checked against it.
    folder : Path
        Where policy and harm index are read from, so that their faults have line numbers.

    Raises
    ------
    BundleError
        With everything that cannot be: a number that is not finite or not in its range, trees that are not whole,
        features that do not fit, files too many or too few.
    """
    from matac_ml.harm import load_harm_index
    from matac_ml.rfg import load_policy

    faults = _Faults()
    part = faults.reading("model.json", lambda: typed(ModelPart, files["model.json"]))
    features = faults.reading("features.json", lambda: _features(files["features.json"]))
    outcome = faults.reading("model.json", lambda: _outcome(part)) if part else None
    if part and features:
        faults.note("model.json", list(part.faults(tuple(feature.name for feature in features))))
    scorer = _scorer(part, files, len(features) if features else None, faults)
    table = faults.reading("interval.csv", lambda: read_interval(files["interval.csv"].decode()))
    if table:
        # Without a slope nothing can be said of ends that fall; of the rest it can.
        faults.note("interval.csv", table.faults(part.calibration.slope if part else np.inf))
    policy = faults.reading("policy.yaml", lambda: load_policy(_unchanged(folder / "policy.yaml", files)))
    harm = faults.reading("harm_index.yaml", lambda: load_harm_index(_unchanged(folder / "harm_index.yaml", files)))
    written = files.get("facts.json")
    facts = None if written is None else faults.reading("facts.json", lambda: typed(RunFacts, written))
    faults.note("the folder", _wrong_files(files, part))
    faults.raise_any()
    if not (part and features and outcome and scorer and table and policy and harm):
        raise InvariantError("a part of a bundle was not read, and no fault was noted")
    model = RiskModel(
        features=features,
        outcome=outcome,
        policy=policy,
        harm=harm,
        scorer=scorer,
        calibration=LogisticCalibration(**part.calibration.model_dump()),
        intervals=table,
        thin=ThinFileRule(**part.thin.model_dump()),
        typical=part.typical,
        seen_range=part.seen_range,
        facts=facts,
        lookback_days=part.lookback_days,
        name=part.name,
    )
    faults.note("a trial score", faults.reading("a trial score", lambda: _trial(model)) or [])
    faults.raise_any()
    return model


def typed(part: type[Part], content: bytes) -> Part:
    """Read JSON into a type; ValueError, or pydantic's own, when it is not of it."""
    from_json(content)  # refuses what pydantic's reader takes: a key twice, NaN
    return part.model_validate_json(content)


def _unchanged(path: Path, files: Mapping[str, bytes]) -> Path:
    if read_plain(path, largest=LARGEST_FILE, follow=False) != files[path.name]:
        raise ValueError("it was changed while it was read")
    return path


def _features(content: bytes) -> "tuple[Feature, ...]":
    from matac_ml.spec import features_from_json

    from_json(content)
    features = features_from_json(content.decode())
    faults = [f"feature {n}: {fault}" for n, feature in enumerate(features, 1) for fault in _feature_faults(feature)]
    if not 1 <= len(features) <= _MOST_FEATURES:
        faults.append(f"it must hold 1 to {_MOST_FEATURES:,} features, got {len(features)}")
    if faults:
        raise BundleError("A feature is not one that can be scored.", faults=faults)
    return features


def _feature_faults(feature: "Feature") -> Iterator[str]:
    texts = (feature.unit, feature.sentence, feature.missing, feature.allowed_because, feature.source)
    if not all(isinstance(text, str) for text in texts):
        yield "its texts must be text"
    elif forbidden_word(" ".join(texts)):
        yield "its texts may call nobody low risk or safe"
    for days in (feature.window_days, feature.against_days, feature.min_n):
        if days is not None and days > LONGEST_DAYS:
            yield f"its windows and counts must be at most {LONGEST_DAYS:,}"


def _outcome(part: ModelPart) -> "Outcome":
    from matac_ml.spec import Outcome

    outcome = Outcome.from_dict(part.outcome)
    if outcome.horizon_days > LONGEST_DAYS or forbidden_word(outcome.sentence):
        raise ValueError(f"the horizon must be at most {LONGEST_DAYS:,} days, and its sentence call nobody safe")
    if not outcome.is_yes_or_no:
        raise ValueError(
            "its outcome counts days of harm, of which a probability says nothing; predict a record of harm"
        )
    return outcome


def _scorer(part: ModelPart | None, files: Mapping[str, bytes], features: int | None, faults: _Faults) -> Scorer | None:
    """The scorer, or None with its faults noted; looked at also when kind or features could not be read."""
    kind = part.kind if part else next((kind for kind, file in _OF_KIND.items() if file in files), "lightgbm")
    name = _OF_KIND[kind]
    if kind == "curves":
        curves = faults.reading(name, lambda: typed(CurvesPart, files[name]))
        wrong = list(curves.faults(features)) if curves and features else []
        faults.note(name, wrong)
        return curves.scorer() if curves and not wrong else None
    if kind == "linear":
        linear = faults.reading(name, lambda: typed(LinearPart, files[name]))
        faults.note(name, list(linear.faults(features)) if linear and features else [])
        return linear.scorer() if linear else None
    text = faults.reading(name, lambda: files[name].decode())
    if text is None or features is None:
        return None
    found = tree_faults(text, features)
    faults.note(name, found)
    return None if found else BoosterScorer(text)


def _wrong_files(files: Mapping[str, bytes], part: ModelPart | None) -> list[str]:
    """Files that a bundle of this kind does not have; those that are missing were noted when they were read."""
    allowed = _ALWAYS | {"facts.json"} | ({_OF_KIND[part.kind]} if part else set(_OF_KIND.values()))
    extra = len(set(files) - allowed)
    return [f"{extra} {'file is' if extra == 1 else 'files are'} not part of a bundle of this kind"] if extra else []


def _trial(model: RiskModel) -> list[str]:
    """Score four made-up rows: nothing known, the ends of what was seen, and the typical values."""
    ends = [model.seen_range.get(name, (0.0, 0.0)) for name in model.feature_names]
    typical = [np.nan if (value := model.typical.get(name)) is None else value for name in model.feature_names]
    rows = np.array([[np.nan] * len(ends), [low for low, _ in ends], [high for _, high in ends], typical])
    scored = model.scored(rows)
    parts, base = model.contributions(rows)
    if not (np.isfinite(scored.log_odds).all() and np.isfinite(parts).all() and np.isfinite(base).all()):
        return ["its log-odds are not finite"]
    size = 1.0 + np.abs(scored.log_odds) + np.abs(parts).sum(axis=1)
    if (np.abs(base + parts.sum(axis=1) - scored.log_odds) > 1e-6 * size).any():
        return ["its contributions do not add up to its log-odds"]
    return []
