"""The figures of the data sheet: what was learnt from, what was left out, what is often missing."""

from matac_ml.facts import RunFacts
from matac_ml.fairness.disclosure import NOT_SHOWN
from matac_ml.wording import day, span
from model_cards.feature_names import named
from model_cards.figures import counted


def data_sheet(facts: RunFacts, _: RunFacts | None) -> dict[str, object]:
    """The data sheet."""
    tables = {name.replace("_", " "): count for name, count in facts.data.tables.items()}
    return {
        "not_shown": NOT_SHOWN,
        "tables": [(name, counted(count)) for name, count in tables.items() if count != NOT_SHOWN],
        "few": [name for name, count in tables.items() if count == NOT_SHOWN],
        "folds": _folds(facts),
        "calibrated_on": calibrated_on(facts),
        "look_back": look_back(facts),
        "missing": _missing(facts),
    }


def calibrated_on(facts: RunFacts) -> str:
    """What probabilities were calibrated on where the history is too short for a calibration set."""
    return "" if facts.split.calibrate else facts[facts.chosen].calibrated_on


def look_back(facts: RunFacts) -> str:
    """Which dates see less than the look-back, and what was done about it; empty where none does."""
    split = facts.split
    if split.whole_from is None or split.look_back_days is None or not (split.short or split.aside):
        return ""
    said = [f"The records hold a whole look-back of {span(split.look_back_days)} from {day(split.whole_from)} on."]
    if split.aside:
        said.append(f"Earlier dates that see less of it and were left out: {len(split.aside)}.")
    if split.short:
        said += [
            f"Dates fitted or calibrated on that see less of it: {len(split.short)}.",
            "People whose last incident lies far back were seldom seen there: their probabilities may hold less well.",
        ]
    return " ".join(said)


def _folds(facts: RunFacts) -> list[dict[str, object]]:
    """Every fold that has dates, with what is in it."""
    split = facts.split
    counts = {"rows": split.rows, "people": split.people, "outcomes": split.outcomes}
    return [
        {
            "name": name,
            "days": days,
            **{what: counted(found[name]) if name in found else "–" for what, found in counts.items()},
        }
        for name, days in (("fit", split.fit), ("calibrate", split.calibrate), ("test", split.test))
        if days
    ]


def _missing(facts: RunFacts) -> list[tuple[str, ...]]:
    """Features that some rows lack, the most often missing first."""
    some = sorted((f for f in facts.features if f.missing_share), key=lambda f: (-(f.missing_share or 0), f.name))
    return [(named(f), f.unit or "–", f"{f.missing_share or 0:.0%}") for f in some]
