"""A policy officer sees who enters and who leaves before a policy changes."""

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.cli import main
from matac_ml.records import Extract, read_extract
from matac_ml.rfg import load_policy
from matac_ml.rfg.comparing import Compared, compare_policies, past_meetings
from matac_ml.rfg.lists import ON, TIED, UNRANKED, listed
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.policy import Eligibility, Policy
from matac_ml.rfg.stability import moved_by_a_tenth
from matac_ml.synthetic import make_force
from tests.proving import in_prove

RECENCY, GRAVITY = ComponentName.RECENCY, ComponentName.GRAVITY


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A small force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=4000, years=4, seed=9)
    return read_extract(folder)


def test_the_same_policy_changes_nothing(extract: Extract) -> None:
    """Compared with itself, nobody enters or leaves, and both lists held the same."""
    policy = load_policy()
    found = compare_policies(policy, policy, extract, k=10, cycles=2)
    assert found.entering == found.leaving == ()
    assert found.correlation == pytest.approx(1)
    assert all(a == b for a, b in found.captured.values())


def test_a_list_begins_with_the_most_points(extract: Extract) -> None:
    """Totals fall from the first place to the last."""
    drawn = listed(extract, load_policy(), extract.cut_off + timedelta(days=1), k=10)
    totals = drawn.first()["total"]
    assert totals.iloc[0] == drawn.frame["total"].max()
    assert totals.is_monotonic_decreasing
    assert totals.nunique() > 1


def test_entering_and_leaving_say_why(extract: Extract) -> None:
    """Under another policy people change places, each with the component that moved them."""
    found = compare_policies(load_policy(), load_policy("rfh"), extract, k=10, cycles=2)
    assert found.entering
    assert found.leaving
    assert all(one.because for one in (*found.entering, *found.leaving))
    assert set(found.captured) == {"New records", "Harm days", "New victims"}
    assert all(0 <= least <= mean <= 1 for least, mean in found.stability)


def test_a_moved_policy_keeps_its_order() -> None:
    """Moving edges or points by a tenth makes other policies, with bands that still rise."""
    moved = list(moved_by_a_tenth(load_policy().entry))
    assert len(moved) > 8
    for entry in moved:
        for component in entry.components.values():
            edges = [band.up_to if band.up_to is not None else band.at_least for band in component.bands]
            assert edges == sorted(edges)  # type: ignore[type-var]


def test_a_moved_policy_moves_one_thing_by_exactly_a_tenth() -> None:
    """Of one component, either every edge or every point is nine or eleven tenths; nothing else differs."""
    entry = load_policy("rfh").entry
    gravity = [moved.components[GRAVITY] for moved in moved_by_a_tenth(entry)]
    assert {str(part.per_unit.every) for part in gravity if part.per_unit} == {"0.18", "0.2", "0.22"}
    recency = [moved.components[RECENCY].bands for moved in moved_by_a_tenth(entry)]
    tried = {(tuple(str(band.up_to) for band in bands), tuple(band.points for band in bands)) for bands in recency}
    edges, points = ("28", "90", "182", "365"), (20, 15, 10, 5)
    assert tried == {
        (edges, points),
        (("25.20", "81.00", "163.80", "328.50"), points),
        (("30.80", "99.00", "200.20", "401.50"), points),
        (edges, (18, 14, 9, 4)),
        (edges, (22, 16, 11, 6)),
    }


def test_a_policy_that_ranks_nobody_has_no_past_list(extract: Extract) -> None:
    """Where one policy lists nobody, no share of what came after can be set beside the other's."""
    found = compare_policies(load_policy(), _older(100), extract, k=10, cycles=2)
    assert (found.captured, found.cycles) == ({}, 0)
    assert found.places[1] == "nobody is ranked"
    assert {change.after for change in found.leaving} == {None}
    assert np.isnan(found.correlation)
    # Two policies of one name: each keeps its own figures.
    assert [bool(np.isnan(shares).any()) for shares in found.stability] == [False, True]


def test_past_meetings_are_four_weeks_apart_and_their_horizon_has_closed(extract: Extract) -> None:
    """The latest list is the last one of which every day of the horizon is in the data."""
    last = extract.cut_off - timedelta(days=181)
    assert past_meetings(extract, cycles=3, horizon=182) == [last - timedelta(days=days) for days in (0, 28, 56)]


def test_the_list_leaves_out_who_is_not_eligible(extract: Extract) -> None:
    """Nobody on the list is under sixteen, deceased or already managed."""
    found = listed(extract, load_policy(), extract.cut_off + timedelta(days=1))
    dead = extract.connect().execute("SELECT person_id FROM people WHERE deceased_on IS NOT NULL").df()
    assert not set(found.frame.index) & set(dead["person_id"])


def test_the_commands_run(extract: Extract, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """score, compare, export and schema each do their job on the command line."""
    folder = str(extract.folder)
    for arguments, said in (
        (["score", folder], "nominates nobody"),
        (["compare", "rfgv-three-year", "rfgv-two-year", folder, "--cycles", "1"], "Rank correlation"),
        (["export", folder, str(tmp_path / "list.xlsx"), "--top", "20"], "formulas recompute"),
        (["schema"], "score_bands"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["matrix", *arguments])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out


def _added_up(because: str) -> int:
    """Sum of the changes that a sentence names."""
    return sum(int(gap) for gap in re.findall(r"[a-z]+ ([+-]\d+) \(", because))


def _older(minimum: int) -> Policy:
    """The default policy for people of another age."""
    policy = load_policy()
    entry = policy.entry.model_copy(update={"eligibility": Eligibility(minimum_age=minimum)})
    return Policy(entry, f"{policy.text}# {minimum}\n", policy.folder)


@pytest.mark.parametrize(
    ("new", "k"),
    in_prove(
        product(("rfgv-two-year", "rfh", "v100-like", "aged 40 or over"), (1, 3, 10, 40, 5000)),
        but=[("rfgv-two-year", 3), ("rfh", 40), ("v100-like", 1), ("aged 40 or over", 5000)],
    ),
)
def test_who_enters_and_who_leaves_adds_up(new: str, k: int, extract: Extract) -> None:
    """Places gained and lost explain the places held, and the components of a change add up to it."""
    policy = _older(40) if new.startswith("aged") else load_policy(new)
    found = compare_policies(load_policy(), policy, extract, k=k, cycles=1)
    a, b = (listed(extract, one, found.as_of, k=k) for one in (load_policy(), policy))
    gained = len(found.entering) + sum(one.standing[1] == ON for one in found.tied)
    lost = len(found.leaving) + sum(one.standing[0] == ON for one in found.tied)
    assert int(b.line.certain.sum()) - int(a.line.certain.sum()) == gained - lost
    assert max(len(found.entering), len(found.leaving)) <= k
    for one in (*found.entering, *found.leaving, *found.tied):
        if one.before is None or one.after is None:
            assert UNRANKED in one.standing
            assert "does not rank this person" in one.because
        else:
            assert _added_up(one.because) == one.after - one.before


def _tied_force(folder: Path, people: int, ahead: int) -> Extract:
    """So many people with one incident each on one day, and some ahead of them with two."""
    rows, links = [], []
    for number in range(people + ahead):
        for again in range(1 + (number < ahead)):
            rows.append(f"I{number}-{again},2024-01-0{5 + again},2024-01-0{5 + again},true,true,A,10501")
            day = rows[-1].split(",")[2]
            links += [
                f"I{number}-{again},P{number:03},suspect,{day},",
                f"I{number}-{again},V{number:03},victim,{day},partner",
            ]
    folder.mkdir()
    heads = (
        "incident_id,occurred_on,recorded_on,is_crime,domestic,area,offence_code",
        "incident_id,person_id,role,recorded_on,relationship",
    )
    for name, head, lines in zip(("incidents", "involvements"), heads, (rows, links), strict=True):
        (folder / f"{name}.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    everybody = [f"{who}{n:03},1980-01-01" for who in "PV" for n in range(people + ahead)]
    (folder / "people.csv").write_text("\n".join(["person_id,birth_date", *everybody, ""]), encoding="utf-8")
    (folder / "extract.yaml").write_text("cut_off: 2024-02-01\n", encoding="utf-8")
    return read_extract(folder)


@pytest.mark.parametrize(
    ("people", "ahead", "k", "shown", "said"),
    [
        (22, 0, 5, 22, "22 people are equal for the last 5 places of 5"),
        (22, 4, 5, 26, "22 people are equal for the last 1 place of 5"),
        (22, 5, 5, 5, ""),
        (3, 2, 5, 5, ""),
        (250, 2, 5, 2, "250 people are equal for the last 3 places of 5"),
    ],
)
def test_a_tie_at_the_last_place_is_shown_as_a_tie(
    people: int, ahead: int, k: int, shown: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everybody who is equal is shown with the same rank, or nobody of them where they are hundreds."""
    extract = _tied_force(tmp_path / "force", people, ahead)
    with pytest.raises(SystemExit) as ended:
        main(["matrix", "score", str(extract.folder), "--top", str(k), "--out", str(tmp_path / "list.csv")])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    lines = [line.split() for line in printed.splitlines() if re.match(r" +\d+[= ] +P\d{3} ", line)]
    assert len(lines) == shown
    assert said in printed
    assert ("are equal" in printed) is bool(said)
    table = pd.read_csv(tmp_path / "list.csv")
    assert table.groupby("total")["rank"].nunique().eq(1).all()
    assert table["rank"].value_counts().to_dict() == ({1: ahead} if ahead else {}) | {ahead + 1: people}
    assert (tmp_path / "list.csv").stat().st_mode & 0o777 == 0o600


def test_a_comparison_says_how_the_places_are_held(tmp_path: Path) -> None:
    """Two policies under both of which 22 people are equal for 5 places: nobody enters, nobody leaves."""
    extract = _tied_force(tmp_path / "force", 22, 0)
    found: Compared = compare_policies(load_policy(), load_policy("rfgv-two-year"), extract, k=5, cycles=1, horizon=28)
    assert found.as_of == date(2024, 2, 2)
    assert (found.entering, found.leaving, found.tied) == ((), (), ())
    assert all("22 people equal at the last place for 5 more" in place for place in found.places)
    assert TIED in set(listed(extract, load_policy(), found.as_of, k=5).frame["standing"])


def test_scores_of_a_batch_share_ranks_and_name_no_formula(tmp_path: Path) -> None:
    """A table of scores gives equal people one rank, and an explained list holds all who are equal at its end."""
    import json

    folder = _tied_force(tmp_path / "force", 6, 1).folder
    for out in ("scores.csv", "scores.json"):
        with pytest.raises(SystemExit) as ended:
            main(["score", str(folder), str(tmp_path / out), "--top", "3"])
        assert ended.value.code == 0
    table = pd.read_csv(tmp_path / "scores.csv")
    assert table["rank"].tolist() == [1, 2, 2, 2, 2, 2, 2]
    assert len(json.loads((tmp_path / "scores.json").read_text())) == 7
