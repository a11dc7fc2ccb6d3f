"""How judgements agreed by sex, ethnicity and age: small numbers hidden, and nobody named."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from matac_ml.casework import Cycle
from matac_ml.casework.by_group import agreement_by_group
from matac_ml.fairness.groups import TITLES
from tests.casework.steps import WHY

AS_OF = date(2025, 6, 1)


def people(rows: int) -> Any:
    """Records of so many people: every second a woman, all of one age; no ethnicity is recorded."""
    frame = pd.DataFrame({"person_id": [f"P{n:03}" for n in range(rows)]})
    frame["sex"] = ["female" if n % 2 else "male" for n in range(rows)]
    frame["birth_date"] = pd.Timestamp("1990-01-01")
    for name in ("self_defined_ethnicity", "officer_defined_ethnicity", "deprivation_decile", "home_area"):
        frame[name] = None
    return cast("Any", SimpleNamespace(people_frame=lambda: frame))


def judged(cycle: Cycle, how_many: int) -> Cycle:
    """Two specialists accept every woman and decline every man."""
    two = replace(cycle, toolkit=replace(cycle.toolkit, judgements=2))
    for n in range(how_many):
        person, accept = f"P{n:03}", bool(n % 2)
        two.refer(person, source="analysis", actor="an.analyst", reason=WHY)
        for name in ("b.one", "c.two"):
            two.judge(person, accept=accept, actor=name, reason=WHY)
        two.settle(person, accept=accept, actor="b.one", reason=WHY)
    return two


def test_judgements_are_counted_by_group_and_small_numbers_hidden(cycle: Cycle) -> None:
    """Twelve of each are rounded to ten; what has one group alone is left out, and so is a person's name."""
    found = agreement_by_group(judged(cycle, 24), people(24), AS_OF)
    assert list(found) == [TITLES["sex"]]
    by_sex = found[TITLES["sex"]]
    assert (by_sex["female"]["both accepted"], by_sex["male"]["both declined"]) == ("10", "10")
    assert by_sex["female"]["both declined"] == "fewer than 10"
    assert "P0" not in str(found)


def test_whoever_the_records_do_not_hold_is_not_stated(cycle: Cycle) -> None:
    """A group of their own, which is hidden as any small one."""
    found = agreement_by_group(judged(cycle, 12), people(8), AS_OF)
    assert set(found[TITLES["sex"]]["Not stated"].values()) <= {"fewer than 10", "withheld"}


def test_nobody_judged_is_no_table(cycle: Cycle) -> None:
    """Nothing is counted, and the records are not read."""
    assert agreement_by_group(cycle, cast("Any", None), AS_OF) == {}
