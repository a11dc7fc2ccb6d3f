"""Commands end well where there is nobody to rank, and say so."""

from itertools import product
from pathlib import Path

import pytest

from matac_ml.cli import main
from tests.proving import in_prove

# Links of each incident, and the people: nobody recorded as suspect, all deceased, all children, one incident alone.
_BOTH = (("S", "suspect", ""), ("V", "victim", "partner"))
FORCES: dict[str, tuple[tuple[tuple[str, str, str], ...], tuple[str, str], int]] = {
    "no suspect": (_BOTH[1:], ("1980-01-01", ""), 8),
    "all deceased": (_BOTH, ("1980-01-01", "2023-12-30"), 8),
    "all under age": (_BOTH, ("2015-01-01", ""), 8),
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "matrix score": ("matrix", "score", "EXTRACT", "--out", "OUT/list.csv"),
    "matrix review": ("matrix", "review", "EXTRACT", "OUT/review.html", "--policy", "rfh", "--policy", "v100-like",
                      "--cycles", "1"),
    "matrix compare": ("matrix", "compare", "rfh", "v100-like", "EXTRACT", "--cycles", "1", "--out", "OUT/page.html"),
    "matrix export": ("matrix", "export", "EXTRACT", "OUT/list.xlsx"),
    "serial": ("serial", "EXTRACT", "--out", "OUT/registers"),
    "score csv": ("score", "EXTRACT", "OUT/scores.csv"),
    "score json": ("score", "EXTRACT", "OUT/scores.json"),
    "score parquet": ("score", "EXTRACT", "OUT/scores.parquet"),
    "features": ("features", "EXTRACT", "OUT/features.parquet", "--as-of", "2024-06-02"),
}  # fmt: skip
SAID = {
    "matrix score": "Nobody is ranked",
    "matrix review": "Nobody is ranked",
    "matrix compare": "nobody is ranked",
    "matrix export": "Nobody is ranked",
    "serial": "Serial perpetrators: 0",
    "score csv": "Nobody is eligible",
    "score json": "Nobody is eligible",
    "score parquet": "Nobody is eligible",
    "features": " rows, are in",
}


def _force(folder: Path, kind: str) -> Path:
    links, (born, died), rows = FORCES[kind]
    folder.mkdir()
    days = [f"2023-0{1 + number % 9}-05" for number in range(rows)]
    incidents = "".join(f"I{n},{day},{day},true,true,A,10501\n" for n, day in enumerate(days))
    linked = "".join(f"I{n},{who}{n % 3},{role},{day},{to}\n" for n, day in enumerate(days) for who, role, to in links)
    people = "".join(f"{who}{n},{born},{died if who == 'S' else ''}\n" for n in range(3) for who, _, _ in links)
    head = "incident_id,occurred_on,recorded_on,is_crime,domestic,area,offence_code\n"
    (folder / "incidents.csv").write_text(head + incidents, encoding="utf-8")
    (folder / "involvements.csv").write_text("incident_id,person_id,role,recorded_on,relationship\n" + linked)
    (folder / "people.csv").write_text("person_id,birth_date,deceased_on\n" + people, encoding="utf-8")
    (folder / "extract.yaml").write_text("cut_off: 2024-06-01\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("command", "kind"),
    in_prove(
        product(COMMANDS, FORCES),
        but=[*product(COMMANDS, ["all under age"]), ("matrix score", "no suspect"), ("serial", "all deceased")],
    ),
)
def test_a_command_ends_well_where_nobody_is_eligible(
    command: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, exit 0, and a sentence that says that nobody is ranked."""
    extract = _force(tmp_path / "extract", kind)
    places = {"EXTRACT": str(extract), "OUT": str(tmp_path)}
    arguments = [places.get(one, one.replace("OUT/", f"{tmp_path}/")) for one in COMMANDS[command]]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed
    assert SAID[command] in printed.out


@pytest.mark.parametrize("kind", in_prove(FORCES, but=["no suspect", "all under age"]))
def test_leakcheck_says_what_it_could_not_try(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With nobody to look at nothing is checked, and with a few people the labels given out by chance are left out."""
    with pytest.raises(SystemExit) as ended:
        main(["leakcheck", str(_force(tmp_path / "extract", kind))])
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed
    assert ("nothing was checked" if kind == "no suspect" else "too few people") in printed.out
