"""The folder of a bundle: written byte for byte the same from the same model, and refused when anything was altered."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from matac_ml.bundle.calibration import LogisticCalibration, ThinFileRule, VennAbersTable
from matac_ml.bundle.manifest import FORMAT, MANIFEST, manifest_of, sha256
from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.scorers import BoosterScorer, LinearScorer, Scorer
from matac_ml.errors import BundleError

if TYPE_CHECKING:
    from matac_ml.facts import RunFacts


def save_bundle(model: RiskModel, folder: Path) -> str:
    """Write a bundle and return its hash.

    Parameters
    ----------
    model : RiskModel
    folder : Path
        Made when absent; must hold nothing but an earlier bundle.

    Raises
    ------
    BundleError
        When the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise BundleError("The folder for the bundle must be empty or hold a bundle; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    files = model.files()
    for old in folder.iterdir():
        if old.name not in files and old.is_file():
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_bytes(manifest_of(files))
    return sha256(manifest_of(files))


def load_bundle(folder: Path, *, expect_hash: str | None = None) -> RiskModel:
    """Read a bundle; every file is checked against the manifest before anything is made of it.

    Parameters
    ----------
    folder : Path
    expect_hash : str, optional
        The approved hash; a bundle with another one is refused.

    Raises
    ------
    BundleError
        With every missing, altered or unexpected file at once, or when the format or hash is another.
    """
    files = _verified(folder)
    try:
        model = _model_from(files, folder)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"The bundle's files agree with its manifest but cannot be read: {error!r}") from error
    if expect_hash is not None and expect_hash != model.hash:
        raise BundleError(f"The bundle must have hash {expect_hash}, got {model.hash}. Serve the approved one.")
    return model


def _verified(folder: Path) -> dict[str, bytes]:
    if not (folder / MANIFEST).is_file():
        raise BundleError(f"A bundle is a folder with {MANIFEST}; {folder.name} holds none. Train one first.")
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        listed, written = manifest["files"], manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{MANIFEST} cannot be read; train the bundle again.") from error
    if written != FORMAT:
        raise BundleError(f"This version reads bundles of format {FORMAT}, got format {written}.")
    faults, files = [], {}
    for name, facts in listed.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            faults.append(f"{name}: missing")
            continue
        files[name] = path.read_bytes()
        if sha256(files[name]) != facts["sha256"]:
            faults.append(f"{name}: altered since the bundle was written")
    faults += [f"{p.name}: not in the manifest" for p in sorted(folder.iterdir()) if p.name not in {*listed, MANIFEST}]
    if faults:
        raise BundleError("The bundle is not what was written; fetch or train it again.", faults=faults)
    return files


def _model_from(files: dict[str, bytes], folder: Path) -> RiskModel:
    from matac_ml.harm import load_harm_index
    from matac_ml.rfg import load_policy
    from matac_ml.spec import Outcome, features_from_json

    raw = json.loads(files["model.json"])
    return RiskModel(
        features=features_from_json(files["features.json"].decode()),
        outcome=Outcome.from_dict(raw["outcome"]),
        policy=load_policy(folder / "policy.yaml"),
        harm=load_harm_index(folder / "harm_index.yaml"),
        scorer=_scorer_from(raw["kind"], files),
        calibration=LogisticCalibration(**raw["calibration"]),
        venn_abers=VennAbersTable.from_csv(files["interval.csv"].decode()),
        thin=ThinFileRule(**raw["thin"]),
        typical=raw["typical"],
        seen_range={name: (ends[0], ends[1]) for name, ends in raw["seen_range"].items()},
        unsupported_families=tuple(raw["unsupported_families"]),
        facts=_facts(files["facts.json"]) if "facts.json" in files else None,
        lookback_days=raw["lookback_days"],
        name=raw["name"],
    )


def _facts(content: bytes) -> "RunFacts":
    from matac_ml.facts import RunFacts

    return RunFacts.model_validate_json(content)


def _scorer_from(kind: str, files: dict[str, bytes]) -> Scorer:
    if kind == "lightgbm":
        return BoosterScorer(files["booster.txt"].decode())
    if kind == "linear":
        return LinearScorer.from_json(files["linear.json"].decode())
    raise BundleError(f"A model must be lightgbm or linear, got {kind!r}")
