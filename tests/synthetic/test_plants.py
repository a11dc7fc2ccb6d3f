"""A plant changes what it says and nothing else."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.errors import UsageError
from matac_ml.synthetic import Plant, load_truth, make_force

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    plants = {
        "plain": Plant(),
        "escalation": Plant(escalation=True),
        "counter": Plant(counter_allegations=True),
        "late": Plant(late_recording=True),
        "drift": Plant(drift=0.7),
        "leak": Plant(leak=True),
        "weak": Plant(under_recording="weak"),
        "medium": Plant(under_recording="medium"),
        "strong": Plant(under_recording="strong"),
    }
    folder = tmp_path_factory.mktemp("plants")
    for name, plant in plants.items():
        make_force(folder / name, incidents=12_000, years=3, seed=21, plant=plant)
    return {name: folder / name for name in plants}


def _tables(folder: Path) -> Tables:
    return {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}


def _differing(left: Tables, right: Tables) -> set[str]:
    """Names of tables, or ``table.column`` where only columns differ."""
    found = set()
    for name in left:
        if len(left[name]) != len(right[name]):
            found.add(name)
            continue
        found |= {f"{name}.{column}" for column in left[name] if not left[name][column].equals(right[name][column])}
    return found


def test_a_leak_touches_the_grade_alone(made: dict[str, Path]) -> None:
    """Only ``dash_grade`` differs, and high grades foretell another record while ordinary ones do not."""
    plain, leak = _tables(made["plain"]), _tables(made["leak"])
    assert _differing(plain, leak) == {"incidents.dash_grade"}
    rows = load_truth(made["plain"] / "truth").incidents.sort_values(["person", "known_day"])
    again = (rows["person"].shift(-1) == rows["person"]) & (rows["known_day"].shift(-1) - rows["known_day"] <= 365)
    grade = {name: t["incidents"].set_index("incident_id")["dash_grade"] for name, t in (("p", plain), ("l", leak))}
    high = {name: (values.reindex(rows["incident_id"]) == "high").to_numpy() for name, values in grade.items()}
    assert np.mean(high["l"] == again.to_numpy()) > 0.99
    assert abs(again[high["p"]].mean() - again[~high["p"]].mean()) < 0.04


def test_counter_allegations_add_rows_and_change_none(made: dict[str, Path]) -> None:
    """Only involvements differ: each old row is still there, and the new ones mirror incidents of repeated pairs."""
    plain, counter = _tables(made["plain"]), _tables(made["counter"])
    assert _differing(plain, counter) == {"involvements"}
    old = set(plain["involvements"].itertuples(index=False, name=None))
    new = set(counter["involvements"].itertuples(index=False, name=None))
    assert old < new
    added = pd.DataFrame(sorted(new - old), columns=plain["involvements"].columns)
    marked = load_truth(made["counter"] / "truth").incidents.set_index("incident_id")["counter_allegation"]
    assert set(added["incident_id"]) == set(marked.index[marked])
    assert set(added["role"]) == {"suspect", "victim"}
    victims = plain["involvements"].query("role == 'victim'").groupby("incident_id")["person_id"].agg(set)
    suspects = added[added["role"] == "suspect"].set_index("incident_id")["person_id"]
    assert all(person in named for person, named in zip(suspects, victims.reindex(suspects.index), strict=True))


def test_the_primary_aggressor_makes_the_counter_allegations(made: dict[str, Path]) -> None:
    """In couples in which both are suspects, only incidents of the primary aggressor carry a counter-allegation."""
    truth = load_truth(made["counter"] / "truth")
    rows = truth.incidents.merge(truth.people, on="person")
    couples = rows[rows["in_couple"]]
    assert couples.loc[couples["counter_allegation"], "primary_aggressor"].all()
    assert couples["counter_allegation"].sum() > 0


def test_late_recording_moves_dates_of_recording_alone(made: dict[str, Path]) -> None:
    """The same incidents happen to the same people; a quarter are recorded a month or more late."""
    truths = {name: load_truth(made[name] / "truth").incidents for name in ("plain", "late")}
    late = truths["late"]["known_day"] - truths["late"]["day"] >= 30
    assert late.mean() == pytest.approx(0.24, abs=0.03)
    assert (truths["plain"]["known_day"] - truths["plain"]["day"] >= 30).mean() < 0.04
    for column in ("severity", "jump"):
        assert truths["plain"][column].mean() == pytest.approx(truths["late"][column].mean(), rel=0.03)


def test_drift_thins_the_newest_days_alone(made: dict[str, Path]) -> None:
    """Of the last 500 days the stated share is recorded, of everybody; before that, everything."""
    truth = load_truth(made["drift"] / "truth")
    lately = truth.incidents["day"] > truth.days - 1 - 500
    assert truth.incidents.loc[~lately, "in_record"].all()
    assert truth.incidents.loc[lately, "in_record"].mean() == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize(("strength", "share"), [("weak", 0.10), ("medium", 0.25), ("strong", 0.50)])
def test_under_recording_thins_one_group(made: dict[str, Path], strength: str, share: float) -> None:
    """Of the group's incidents the stated share is missing, of nobody else's any; what remains is unchanged."""
    truth = load_truth(made[strength] / "truth")
    rows = truth.incidents.merge(truth.people, on="person")
    group = rows["ethnicity"].str.startswith("B")
    assert rows.loc[~group, "in_record"].all()
    missing = 1 - rows.loc[group, "in_record"].mean()
    assert missing == pytest.approx(share, abs=3.5 * np.sqrt(share * (1 - share) / group.sum()))
    plain, thin = _tables(made["plain"]), _tables(made[strength])
    assert plain["people"].equals(thin["people"])
    for name in ("incidents", "involvements"):
        kept = plain[name]["incident_id"].isin(thin["incidents"]["incident_id"])
        assert plain[name][kept].reset_index(drop=True).equals(thin[name])


def test_escalation_gives_a_trend_to_some_and_to_nobody_without(made: dict[str, Path]) -> None:
    """Without the plant severity does not rise with the number of the incident; with it, it does for marked people."""
    slope = {}
    for name in ("plain", "escalation"):
        truth = load_truth(made[name] / "truth")
        rows = truth.incidents.merge(truth.people, on="person").sort_values(["person", "day"])
        rows["nth"] = rows.groupby("person").cumcount()
        several = rows[(rows.groupby("person")["day"].transform("size") >= 4) & (rows["nth"] < 4)]
        for marked, part in several.groupby("escalating"):
            slope[name, bool(marked)] = np.polyfit(part["nth"], part["severity"], 1)[0]
    assert ("plain", True) not in slope
    assert slope["plain", False] == pytest.approx(0.0, abs=0.06)
    assert slope["escalation", False] == pytest.approx(0.0, abs=0.06)
    assert slope["escalation", True] > 0.25


def test_words_plant_what_they_name() -> None:
    """Words of the command line become switches; every word that plants nothing is named in the refusal."""
    assert Plant.from_words(["leak", "late-recording", "under-recording:strong:A"]) == Plant(
        leak=True, late_recording=True, under_recording="strong", under_recorded_group="A"
    )
    with pytest.raises(UsageError) as refusal:
        Plant.from_words(["leek", "escalation:much"])
    assert len(refusal.value.faults) == 2
    with pytest.raises(UsageError, match="under_recording must be one of"):
        Plant(under_recording="total")
