"""One rule says how old somebody is, wherever age is asked for."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.ages import full_years, full_years_sql
from matac_ml.asof import eligibility_frame
from matac_ml.fairness.groups import age_band
from matac_ml.records import read_extract
from matac_ml.serial import find_rule, registers

LEAP = date(2000, 2, 29)
WORKED = [
    (LEAP, date(2025, 2, 28), 24),
    (LEAP, date(2025, 3, 1), 25),
    (LEAP, date(2024, 2, 28), 23),
    (LEAP, date(2024, 2, 29), 24),
    (date(2000, 2, 28), date(2025, 2, 28), 25),
    (date(2000, 3, 1), date(2025, 2, 28), 24),
    (date(1999, 12, 31), date(2025, 1, 1), 25),
    (date(2009, 6, 8), date(2025, 6, 7), 15),
    (date(2009, 6, 8), date(2025, 6, 8), 16),
    (date(1904, 2, 29), date(2000, 2, 28), 95),
    (date(2025, 6, 9), date(2025, 6, 8), -1),
]


@pytest.mark.parametrize(("born", "day", "age"), WORKED)
def test_a_year_is_full_on_the_birthday(born: date, day: date, age: int) -> None:
    """Born on 29 February: the birthday of a common year is 1 March."""
    assert full_years(born, day) == age


@given(st.dates(date(1890, 1, 1), date(2030, 1, 1)), st.dates(date(1950, 1, 1), date(2060, 1, 1)))
def test_sql_and_python_give_the_same_age(born: date, day: date) -> None:
    """On any two days DuckDB's expression and the Python function agree."""
    days = [(born, day), (born, born.replace(day=28) + timedelta(days=day.day % 3)), (LEAP, day), (born, LEAP)]
    for day, other in days:
        asked = f"SELECT {full_years_sql('a', 'b')} FROM (SELECT ?::DATE AS a, ?::DATE AS b)"
        assert duckdb.execute(asked, [day, other]).fetchone() == (full_years(day, other),)
        assert duckdb.execute(asked, [None, other]).fetchone() == (None,)


@pytest.mark.parametrize(
    ("day", "age", "band"), [(date(2025, 2, 28), 24, "under 25"), (date(2025, 3, 1), 25, "25 to 34")]
)
def test_eligibility_and_audit_say_the_same_age(day: date, age: int, band: str, tmp_path: Path) -> None:
    """Somebody born on 29 February 2000 is 24 on 28 February 2025 for both, and 25 the day after."""
    extract = _force(tmp_path, LEAP)
    assert eligibility_frame(read_extract(extract), [day])["age_years"].tolist() == [age]
    assert age_band(LEAP, day) == band


@pytest.mark.parametrize(("day", "members"), [(date(2024, 2, 28), 0), (date(2024, 2, 29), 1), (date(2025, 2, 28), 1)])
def test_the_registers_ask_for_the_same_age(day: date, members: int, tmp_path: Path) -> None:
    """Aged 16 or over on the day, by the same rule: born on 29 February 2008, on the register from the birthday on."""
    extract = _force(tmp_path, date(2008, 2, 29))
    assert len(registers(read_extract(extract), find_rule("northumbria"), day).perpetrators) == members


def _force(folder: Path, born: date) -> Path:
    """One person with two incidents against two partners."""
    (folder / "incidents.csv").write_text(
        "incident_id,occurred_on,recorded_on,is_crime,domestic,area\n"
        "I1,2024-01-05,2024-01-05,true,true,A\nI2,2024-01-06,2024-01-06,true,true,A\n",
        encoding="utf-8",
    )
    (folder / "involvements.csv").write_text(
        "incident_id,person_id,role,recorded_on,relationship\n"
        "I1,P,suspect,2024-01-05,\nI1,A,victim,2024-01-05,partner\n"
        "I2,P,suspect,2024-01-06,\nI2,B,victim,2024-01-06,partner\n",
        encoding="utf-8",
    )
    (folder / "people.csv").write_text(
        f"person_id,birth_date\nP,{born}\nA,1980-01-01\nB,1980-01-01\n", encoding="utf-8"
    )
    (folder / "extract.yaml").write_text("cut_off: 2025-05-01\n", encoding="utf-8")
    return folder
