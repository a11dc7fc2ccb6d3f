"""What a list must show, and whom it must reach."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from matac_ml.cli import main
from matac_ml.cli.options import as_of_day
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole
from matac_ml.records import Extract, read_extract
from matac_ml.synthetic import make_force

PROLONGED, BOTH = "P-prolonged", "P-both"


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A made-up force, and two people more: one recorded month after month for little, one serial on both sides."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=12_000, years=4, seed=9)
    _add_people(folder, read_extract(folder))
    return read_extract(folder)


def _add_people(folder: Path, extract: Extract) -> None:
    """Thirty-six months of common assault and non-crimes against four ex-partners; two suspects and two victims."""
    incidents, links = [], []

    def add(number: int, ago: int, suspect: str, victim: str, *, crime: bool) -> None:
        day = (extract.cut_off - timedelta(days=ago)).isoformat()
        key = f"I-added-{number}"
        code = {"offence_code": "10501"} if crime else {}
        incidents.append({"incident_id": key, "occurred_on": day, "recorded_on": day, "is_crime": crime, **code})
        links.append({"incident_id": key, "person_id": suspect, "role": "suspect", "recorded_on": day})
        victim_of = {"relationship": "ex_partner", "counterpart_id": suspect}
        links.append({"incident_id": key, "person_id": victim, "role": "victim", "recorded_on": day, **victim_of})

    for month in range(36):
        add(month, 10 + 30 * month, PROLONGED, f"V-{month % 4}", crime=month % 3 == 0)
    for number in range(2):
        add(100 + number, 20 + number, BOTH, f"V-{number}", crime=True)
        add(200 + number, 40 + number, f"S-{number}", BOTH, crime=False)
    everybody = sorted({link["person_id"] for link in links})
    _append(folder / "incidents.csv", incidents)
    _append(folder / "involvements.csv", links)
    _append(folder / "people.csv", [{"person_id": one, "birth_date": "1985-05-05"} for one in everybody])


def _append(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open(encoding="utf-8") as file:
        names = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writerows({k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()} for row in rows)


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command of ``matac-ml matrix`` prints."""
    with pytest.raises(SystemExit) as ended:
        main(["matrix", *map(str, arguments)])
    printed = capsys.readouterr().out
    assert ended.value.code == 0, printed
    return printed


def test_prolonged_abuse_of_little_harm_reaches_the_list(extract: Extract, capsys: pytest.CaptureFixture[str]) -> None:
    """Three years of low-level incidents against four people stand among the first ten, and the report counts them."""
    printed = said(capsys, "score", extract.folder)
    assert PROLONGED in printed
    many = next(line for line in printed.splitlines() if "little harm" in line)
    assert int(many.split()[0]) >= 1


def test_who_is_also_a_victim_is_said_before_the_list(extract: Extract, capsys: pytest.CaptureFixture[str]) -> None:
    """The caution, and who stands on both serial registers, come above the first place."""
    printed = said(capsys, "score", extract.folder, "--top", 10_000)
    assert f"On both serial registers: {BOTH}." in printed
    assert printed.index("READ FIRST") < printed.index(BOTH) < printed.index("rank  person")
    row = next(line for line in printed.splitlines() if line.split()[1:2] == [BOTH])
    assert row.split()[2:4] == ["YES", "yes"]


def test_one_persons_points_are_printed_with_their_incidents(
    extract: Extract, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line has its incidents, gravity the harm of each, and the lines add up to the total."""
    printed = said(capsys, "person", extract.folder, PROLONGED)
    sums = next(line for line in printed.splitlines() if " = " in line)
    parts, total = sums.split(" points")[0].split(" = ")
    assert sum(map(int, parts.split(" + "))) == int(total)
    harm = [float(line.rsplit(" ", 1)[1]) for line in printed.splitlines() if "harm of" in line]
    assert len(harm) == 36
    assert f"Harm recorded: {sum(harm):g} days" in printed
    assert printed.count("I-added-0 ") == 3
    assert f"V-0  ex-partner: {', '.join(sorted(f'I-added-{n}' for n in range(0, 36, 4)))}" in printed
    assert said(capsys, "person", extract.folder, BOTH).index("READ FIRST") > 0


def test_a_day_after_the_data_is_refused(extract: Extract) -> None:
    """A list of a day on which nothing could be known yet would show nobody, and mislead."""
    with pytest.raises(UsageError, match="must not be after"):
        as_of_day(extract, datetime(2031, 1, 1))


def _half_written(path: Path) -> None:
    path.write_text("half", encoding="utf-8")
    raise OSError(28, "No space left on device")


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """A failure while writing leaves the file that was there, and nothing beside it."""
    path = tmp_path / "list.csv"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(UsageError, match="No space left"), write_whole(path) as partial:
        _half_written(partial)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UsageError, match="No such file"), write_whole(tmp_path / "nowhere" / "list.csv") as partial:
        partial.write_text("all", encoding="utf-8")
