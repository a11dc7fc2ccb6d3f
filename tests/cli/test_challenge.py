"""``matac-ml challenge``: raised, answered, and the rows that the records team needs, as they are typed."""

from datetime import timedelta
from pathlib import Path

import pytest

from matac_ml import clock
from matac_ml.asof import PersonView, read_person
from matac_ml.casework import Ledger
from matac_ml.records import read_extract
from matac_ml.synthetic import make_force
from tests.cli.test_commands import ended

WHO = ("--actor", "A. Lead", "--reason", "By letter, with a time sheet.")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=600, years=3, seed=3)
    return folder


def test_a_challenge_is_raised_and_answered_with_the_difference(
    extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The latest crime of somebody is not theirs, and an earlier one no crime; the rows can be added to the records."""
    records = read_extract(extract)
    person = str(
        records.connect().execute("SELECT min(person_id) FROM involvements WHERE role = 'suspect'").fetchone()[0]
    )
    view = PersonView(read_person(records, person), records.cut_off + timedelta(days=1))
    incident, today = view.as_suspect[0].incident_id, clock.today().isoformat()
    url, out = f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "rows.csv"
    Ledger.open(url).close()
    at = (person, "--extract", str(extract), "--ledger", url, *WHO)
    said = ("--about", "record", "--by", "person", "--said", "I was at work", "--received", today)
    assert ended("challenge", "raise", *at, *said, "--incident", incident) == 0
    assert (
        ended("challenge", "answer", *at, "--challenge", "1", "--outcome", "upheld", "--crime", f"{incident}=today")
        != 0
    )
    assert "written as YYYY-MM-DD" in capsys.readouterr().err
    changed = ("--crime", f"{incident}={today}=801")
    assert ended("challenge", "answer", *at, "--challenge", "1", "--outcome", "upheld", *changed) == 0
    answered = capsys.readouterr().out
    assert f"From {today} on, incident {incident} is a crime, offence code 00801." in answered
    assert "The points" in answered
    assert ended("challenge", "corrections", "--extract", str(extract), "--ledger", url, "--out", str(out)) == 0
    assert "0 links to withdraw" in capsys.readouterr().out
    assert out.read_text().splitlines() == [
        "incident_id,reclassified_on,is_crime,offence_code",
        f"{incident},{today},true,00801",
    ]
    assert ended("challenge", "show", *at) == 0
    assert "the challenge of entry 1 was upheld" in capsys.readouterr().out
    nobody = ("P9", *at[1:])
    assert ended("challenge", "raise", *nobody, *said) != 0
    assert "The records hold nobody with this identifier" in capsys.readouterr().err
