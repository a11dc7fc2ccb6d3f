"""``matac-ml compare --runs A B``: two registered versions side by side, and who their lists hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from matac_ml.asof import eligibility_frame, feature_table
from matac_ml.bundle import RiskModel
from matac_ml.errors import UsageError
from matac_ml.evaluation import MEASURES, places
from matac_ml.facts import Estimate, RunFacts
from matac_ml.page import Table, as_html, write_prose
from matac_ml.records import Extract
from matac_ml.rfg import is_eligible
from matac_ml.yamltext import parse_yaml
from training.list_movement import movement_by_group
from training.report import as_interval, with_interval
from training.rows import Floats

_TEMPLATE = Path(__file__).parent / "templates" / "runs.md"


@dataclass(frozen=True)
class Version:
    """A registered version and what was written down of its run."""

    name: str
    model: RiskModel
    facts: RunFacts


def as_version(name: str, model: RiskModel) -> Version:
    """A version whose bundle holds the facts of its run.

    Raises
    ------
    UsageError
        When the bundle holds none: nothing was measured that could be compared.
    """
    if model.facts is None:
        raise UsageError(f"Version {name} holds no facts of a run; train it again.")
    return Version(name, model, model.facts)


def compare_runs(first: Version, second: Version, out: Path, *, extract: Extract | None = None) -> tuple[str, ...]:
    """Write ``runs.html`` and return what to know first.

    Parameters
    ----------
    extract : Extract, optional
        Records to draw both lists from, as of the day after the last one; without it only the runs are compared.
    """
    said, moved = [*_comparable(first, second)], []
    if extract is not None:
        stays, movement = _lists(first, second, extract)
        said.append(stays)
        moved.append(movement)
    out.mkdir(parents=True, exist_ok=True)
    tables = (_measures(first, second), *moved, _choices(first, second), _features(first, second))
    content = {"one": first, "other": second, "said": said, "tables": [table for table in tables if table.rows]}
    (out / "runs.html").write_text(as_html(write_prose(_TEMPLATE, content)), encoding="utf-8")
    return tuple(said)


def _comparable(first: Version, second: Version) -> Iterator[str]:
    """Whether the figures of both were measured on the same rows and labels."""
    a, b = first.facts, second.facts
    if a.split.horizon_days != b.split.horizon_days:
        yield (
            f"{first.name} predicts {a.split.horizon_days:,} days ahead and {second.name} {b.split.horizon_days:,} "
            "days: more is recorded in the longer time, so no figure of the one can be compared with the other's."
        )
    if first.model.hash == second.model.hash:
        yield "Both versions are the same bundle, byte for byte."
    differ = [
        name
        for name, same in (
            ("records", a.data.data_hash == b.data.data_hash),
            ("outcome", first.model.outcome == second.model.outcome),
            ("test dates", a.split.test == b.split.test),
            ("number of test rows", a.split.rows["test"] == b.split.rows["test"]),
        )
        if not same
    ]
    if differ:
        yield f"Not measured on the same rows: {', '.join(differ)} differ. No figure here says which version is better."
    else:
        yield (
            "Measured on the same records, outcome and test dates. Each interval is of one version alone: "
            "where two overlap, the figures show no difference."
        )


def _measures(first: Version, second: Version) -> Table:
    """The served contender of both, and the matrix of both."""
    columns = [
        (version, contender)
        for contender in ("matrix", "")
        for version in (first, second)
        if (contender or version.facts.chosen) in version.facts
    ]
    found = [version.facts[contender or version.facts.chosen] for version, contender in columns]
    head = ("Measure", *(f"{v.name}: {f.label}" for (v, _), f in zip(columns, found, strict=True)))
    rows = tuple(
        (m.title, *(_shown(f.measures.get(m.name), m.decimals) for f in found))
        for m in MEASURES  # those of small counts are in each run's own papers, in steps that give none back
        if not m.small_counts
    )
    return Table("What was measured on the test dates", head, rows)


def _shown(found: Estimate | None, digits: int) -> str:
    return "–" if found is None else with_interval(as_interval(found), digits=digits)


def _choices(first: Version, second: Version) -> Table:
    """Every choice of the recipe, and every source, that differs."""
    rows = [
        (name, str(a), str(b))
        for name, a, b in (
            ("records", first.facts.data.data_hash[:16], second.facts.data.data_hash[:16]),
            ("days ahead", f"{first.facts.split.horizon_days}", f"{second.facts.split.horizon_days}"),
            ("policy", first.facts.policy.sha256[:16], second.facts.policy.sha256[:16]),
            ("harm index", first.facts.policy.harm_index, second.facts.policy.harm_index),
            ("served", first.facts[first.facts.chosen].label, second.facts[second.facts.chosen].label),
            ("bundle", first.model.hash[:16], second.model.hash[:16]),
        )
    ]
    a, b = parse_yaml(first.facts.recipe).data, parse_yaml(second.facts.recipe).data
    rows += [(f"recipe: {name}", str(a.get(name)), str(b.get(name))) for name in dict.fromkeys((*a, *b))]
    head = ("Choice", first.name, second.name)
    return Table("What was chosen otherwise", head, tuple(row for row in rows if row[1] != row[2]))


def _features(first: Version, second: Version) -> Table:
    """Features that only one has, or that are declared otherwise."""
    a, b = ({feature.name: feature for feature in version.model.features} for version in (first, second))
    rows = [(name, f"only in {first.name}") for name in a if name not in b]
    rows += [(name, f"only in {second.name}") for name in b if name not in a]
    rows += [(name, "declared otherwise") for name in a if name in b and a[name] != b[name]]
    return Table("Features", ("Feature", "How it differs"), tuple(rows))


def _lists(first: Version, second: Version, extract: Extract) -> tuple[str, Table]:
    """How much of the list stays when one version takes the other's place, and who moves by group."""
    day = extract.cut_off + timedelta(days=1)
    k = second.facts.k
    who = eligibility_frame(extract, [day])
    taken = is_eligible(second.model.policy, who)
    if not taken.any():
        raise UsageError("The extract holds nobody whom the policy would take.")
    people = [str(person) for person in who["person_id"]]
    before, after = (places(_scores(version.model, extract, people)[taken], k) for version in (first, second))
    stays = float(np.minimum(before, after).sum() / max(1.0, before.sum()))
    listed = [person for person, is_taken in zip(people, taken, strict=True) if is_taken]
    names = (first.name, second.name)
    said = (
        f"As of {day}, of the first {k} places of {first.name}'s list {stays:.0%} stay on {second.name}'s, among "
        f"{int(taken.sum()):,} people. Those about whom a version abstains stand last."
    )
    return said, movement_by_group(extract, listed, before, after, names=names, day=day)


def _scores(model: RiskModel, extract: Extract, people: list[str]) -> Floats:
    day = extract.cut_off + timedelta(days=1)
    frame = feature_table(extract, model.features, [day], harm=model.harm).set_index("person_id").loc[people]
    X = frame[list(model.feature_names)].to_numpy(dtype=np.float64)
    scored = model.scored(X)
    return np.where(scored.interval.thin, -1.0, scored.probability)
