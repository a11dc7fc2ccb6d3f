"""Any table of scores can be audited, a spreadsheet's too."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    with pytest.raises(SystemExit) as ended:
        main(["audit", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A spreadsheet's scores that leave one group out, with a missing group."""
    rng = np.random.default_rng(1)
    n = 4000
    group = rng.choice(["north", "south"], n)
    level = rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "points": np.round(level * 10 - 12 * (group == "south")),
            "again": (rng.random(n) < 1 / (1 + np.exp(1 - level))).astype(int),
            "side": np.where(rng.random(n) < 0.001, None, group),
        }
    )
    frame.to_csv(tmp_path / "sheet.csv", index=False)
    return tmp_path / "sheet.csv"


def test_a_disparity_is_named_first(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdicts come first and name one of the two halves; people without a group are a group of their own."""
    given = ("--table", str(table), "--score", "points", "--outcome", "again", "--group", "side", "--k", "200")
    code, out, _ = run(capsys, *given)
    assert code == 0
    assert re.search("disparity. (north|south) has", out)
    assert "Not stated" in out
    assert "fewer than 10" in out or "withheld" in out


def test_a_missing_column_is_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which columns are missing and which there are."""
    given = ("--table", str(table), "--score", "score", "--outcome", "again", "--group", "sex")
    code, _, err = run(capsys, *given)
    assert code == 2
    assert "must have the columns score, sex; it has points, again, side" in err


def _rows(**changed: object) -> pd.DataFrame:
    """A small table that can be audited, with some columns changed."""
    rng = np.random.default_rng(5)
    n = 400
    frame = pd.DataFrame(
        {
            "who": [f"p{place}" for place in range(n)],
            "points": rng.integers(0, 50, n),
            "again": (rng.random(n) < 0.4).astype(int),
            "p": rng.random(n).round(3),
            "side": rng.choice(["north", "south"], n),
        }
    ).astype(object)
    for name, values in changed.items():
        cells = list(values) if isinstance(values, list | tuple) else [values]
        frame[name] = [*cells, *frame[name].tolist()[len(cells) :]] if name in frame else values
    return frame


GIVEN = ("--score", "points", "--outcome", "again", "--group", "side", "--person", "who", "--probability", "p")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"again": [2, 3]}, ["again: 2 of 400 rows hold something other than 0 and 1"]),
        ({"again": ["no"]}, ["again: 1 of 400 rows hold something other than 0 and 1"]),
        ({"again": [1] * 400}, ["again: every row holds 1"]),
        ({"who": [None]}, ["who: 1 of 400 rows do not say who they are about"]),
        ({"p": [1.7, -0.1]}, ["p: 2 of 400 rows are outside 0 to 1"]),
        ({"points": ["inf"]}, ["points: 1 of 400 rows hold no number"]),
        ({"points": [None, "12,5"]}, ["points: 1 of 400 rows hold nothing", "points: 1 of 400 rows hold no number"]),
        ({"side": [f"g{i}" for i in range(400)]}, ["side: 400 different groups"]),
        (
            {"again": [None], "who": [""], "p": [9], "points": ["x"]},
            ["again: 1 of 400", "who: 1 of 400", "p: 1 of 400", "points: 1 of 400"],
        ),
    ],
)
def test_what_cannot_be_audited_is_refused_with_every_count(
    changed: dict[str, object], said: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All faults at once, with the columns and counts, as a usage error."""
    _rows(**changed).to_csv(tmp_path / "t.csv", index=False)
    code, _, err = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 2
    assert [part for part in said if part not in err] == []


@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_and_one_row_are_refused(rows: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing can be compared in them."""
    _rows().head(rows).to_csv(tmp_path / "t.csv", index=False)
    code, _, err = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 2
    assert "no row" in err or "both outcomes must occur" in err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--group", "side"), "side: named for two purposes"),
        (("--cycle", "side"), "side: named for two purposes"),
        (("--threshold", "50"), "--threshold 50: must be between 0 and 1"),
        (("--threshold", "nan"), "--threshold nan: must be a finite number"),
        (("--outcome", "points"), "points: given as the outcome and as a score"),
    ],
)
def test_options_that_cannot_be_met_are_refused(
    more: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A column is one thing, and a cut of probabilities is a probability."""
    _rows().to_csv(tmp_path / "t.csv", index=False)
    code, _, err = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN, *more)
    assert code == 2
    assert said in err


def test_true_and_false_and_packed_tabs_are_audited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same table as packed text with tabs, with outcomes as words, gives the same words as the plain one."""
    frame = _rows()
    frame.to_csv(tmp_path / "t.csv", index=False)
    words = frame.assign(again=frame["again"].map({1: "True", 0: "False"}))
    words.to_csv(tmp_path / "t.data", index=False, sep="\t", compression="gzip")
    said = [run(capsys, "--table", str(tmp_path / name), *GIVEN) for name in ("t.csv", "t.data")]
    assert said[0] == said[1]
    assert said[0][0] == 0


def test_groups_keep_their_own_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None, NA, null and nan are groups like any other, with their rates; an empty cell is Not stated."""
    names = ["None", "NA", "null", "nan", "", "north"]
    _rows(side=[names[i % 6] for i in range(400)]).to_csv(tmp_path / "t.csv", index=False)
    code, out, _ = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 0
    for name in ("None", "NA", "null", "nan", "Not stated", "north"):
        line = next(line for line in out.splitlines() if line.startswith(f"    {name}  "))
        assert len(re.findall(r"\d\.\d{3}|–", line)) == 6


def test_identifiers_with_a_leading_nought_are_other_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of 200 people 1..200 with two rows each there are 200; written 01 and 1 in turn there are more."""
    plain = [str(1 + i // 2) for i in range(400)]
    for name, ids in {"same": plain, "float": [f"{one}.0" if i % 2 else one for i, one in enumerate(plain)],
                      "nought": [f"0{one}" if i % 2 else one for i, one in enumerate(plain)]}.items():  # fmt: skip
        _rows(who=ids).to_csv(tmp_path / "t.csv", index=False)
        out = tmp_path / f"{name}.json"
        assert run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN, "--out", str(out))[0] == 0
    people = {
        name: json.loads((tmp_path / f"{name}.json").read_text())["people"] for name in ("same", "float", "nought")
    }
    assert people == {"same": 200, "float": 200, "nought": 400}


def test_each_row_counts_in_the_group_that_it_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of people whose group changes, each row is in its own group, and nobody is counted twice in another column."""
    rng = np.random.default_rng(8)
    who = [f"p{i // 2}" for i in range(400)]
    side = ["north" if i % 2 else "south" for i in range(400)]
    town = ["east" if i < 200 else "west" for i in range(400)]
    again = [int(one == "north" and rng.random() < 0.5) for one in side]
    _rows(who=who, side=side, again=again).assign(town=town).to_csv(tmp_path / "t.csv", index=False)
    code, out, _ = run(
        capsys, "--table", str(tmp_path / "t.csv"), *GIVEN, "--group", "town", "--out", str(tmp_path / "f.json")
    )
    assert code == 0
    assert "side changes between the rows of 200 people" in out
    facts = json.loads((tmp_path / "f.json").read_text())
    of = {g["group"]: g for a in facts["instruments"][0]["attributes"] for g in a["groups"]}
    assert facts["people"] == 200
    assert {name: (g["rows"], g["people"]) for name, g in of.items()} == {
        "north": (200, 200), "south": (200, 200), "east": (200, 100), "west": (200, 100),
    }  # fmt: skip
    assert (of["south"]["outcomes"], of["north"]["outcomes"]) == (0, sum(again))


def test_a_message_says_nothing_of_anybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No cell of the table stands in an error."""
    _rows(points=["Jane Doe"], again=["Jane Doe"], p=["Jane Doe"]).to_csv(tmp_path / "t.csv", index=False)
    code, out, err = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 2
    assert "Jane" not in out + err


def test_missing_columns_and_the_faults_of_others_come_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So nobody mends a table five times."""
    _rows(points=["x"], again=[2], p=[9]).drop(columns="who").to_csv(tmp_path / "t.csv", index=False)
    code, _, err = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN, "--group", "sex", "--cycle", "month")
    assert code == 2
    assert "must have the columns month, sex, who; it has points, again, p, side" in err
    for name in ("again", "points", "p"):
        assert f"{name}: 1 of 400 rows" in err
    for name in ("who", "month", "sex"):
        assert f"{name}: 400 of 400" not in err


def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Groups that only differ in what nobody sees are one group, and control characters are taken out."""
    names = ["\x1b[31mnorth", "[31mno\u00adrth", "[31mnorth\u200b", "south\n  side", "south\u00a0side"]
    _rows(side=[names[i % 5] for i in range(400)]).to_csv(tmp_path / "t.csv", index=False)
    code, out, _ = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 0
    assert not set("\x1b\u00ad\u200b\u00a0") & set(out)
    assert re.search(r"\n    \[31mnorth +240 .*\n    south side +160 ", out)


@pytest.mark.parametrize("role", ["--group", "--person", "--cycle", "--score", "--outcome", "--probability"])
def test_a_column_of_lists_is_refused(role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it is given for."""
    frame = _rows().assign(lists=[[i] for i in range(400)])
    frame.convert_dtypes().to_parquet(tmp_path / "t")
    code, _, err = run(capsys, "--table", str(tmp_path / "t"), *GIVEN, role, "lists")
    assert code == 2
    assert "lists: 400 of 400 rows hold" in err


def test_everybody_in_one_group_and_all_equal_scores_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is compared, and no verdict is given."""
    frame = _rows(side=["north"] * 400, points=[5] * 400)
    frame.to_csv(tmp_path / "t.csv", index=False)
    code, out, _ = run(capsys, "--table", str(tmp_path / "t.csv"), *GIVEN)
    assert code == 0
    assert "points is the same in every row: it puts nobody before anybody." in out
    assert "everybody has the same side: there is nothing to compare." in out
