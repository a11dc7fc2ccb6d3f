"""Entry and exit scores: of people whom no list holds any more, by the policy that is named, under one identity."""

from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Instrument, Ledger, NewEntry, Score, State
from matac_ml.rfg import load_policy
from tests.casework.steps import GIVEN, accept
from tests.casework.test_cycle import STAFF, run

OLD, STAYS, OTHER = "P-OLD", "P-STAYS", "P-OTHER"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Somebody under management whose first identifier was given up, suspect of three crimes and victim of one."""
    folder = tmp_path / "extract"
    folder.mkdir()
    tables = {
        "incidents": "incident_id,occurred_on,recorded_on,is_crime,offence_code\n"
        + "".join(f"I{i},2025-0{i}-03,2025-0{i}-03,true,10501\n" for i in range(1, 5)),
        "involvements": "incident_id,person_id,role\n"
        + f"I1,{OLD},suspect\nI2,{STAYS},suspect\nI3,{STAYS},suspect\nI4,{OTHER},suspect\n"
        + f"I1,{OTHER},victim\nI2,{OTHER},victim\nI3,{OTHER},victim\nI4,{STAYS},victim\n",
        "people": f"person_id,birth_date\n{STAYS},1985-05-05\n{OTHER},1985-05-05\n",
        "management": f"person_id,start_on\n{STAYS},2025-04-01\n",
        "merges": f"person_id,merged_into\n{OLD},{STAYS}\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_an_exit_is_scored_by_the_named_policy_though_the_person_is_on_no_list(
    url: str, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under management, and asked for by the identifier given up: points, policy, hash, and the victim said first."""
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger)
        cycle.refer(OLD, source="analysis", score=Score(70), **GIVEN)
        cycle.judge(OLD, accept=True, **GIVEN)
        cycle.withdraw(OLD, **GIVEN)
    asked = ("cycle", "exit", OLD, "--ledger", url, *STAFF, "--extract", str(extract))
    assert run(*asked, "--policy", "v100-like") == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert said.startswith(f"READ FIRST: {STAYS} is also recorded as a victim, in I4.\n")
    policy = load_policy("v100-like")
    with Ledger.open(url) as ledger:
        case = Cycle(ledger, identities=lambda _: (STAYS, OLD)).case(STAYS)
        assert [one.kind for one in ledger.entries(subject=STAYS)] == ["exit"]
    assert case.state is State.EXITED
    assert case.exit_score is not None
    assert case.exit_score.by == Instrument(f"{policy.name} {policy.version}", policy.sha256)
    assert run("matrix", "person", str(extract), STAYS, "--policy", "v100-like") == 0
    assert f"= {case.exit_score.points} points" in capsys.readouterr().out
    assert case.exit_score.points > 0


def test_an_erasure_reaches_every_identity_of_the_person(url: str, extract: Path) -> None:
    """What stands under the identifier given up goes with what stands under the one that stays."""
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger), OLD)
    given = ("--subject", STAYS, "--actor", "dpo", "--reason", "Retention is over.", "--extract", str(extract))
    assert run("ledger", "erase", "--ledger", url, *given) == 0
    with Ledger.open(url) as ledger:
        assert list(ledger.entries(subject=OLD)) == []
        assert ledger.verify().erased == 2


def test_an_erasure_says_which_entries_about_others_still_name_the_person(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only where the identifier stands by itself, and never the entries that were erased."""
    with Ledger.open(url) as ledger:
        for subject, said in (("A", "Suspected is P-1."), ("B", "Suspected is P-12."), ("P-1", "Suspected is A.")):
            ledger.append(NewEntry("consultation", "an analyst", subject=subject, payload={"said": said}))
    given = ("--subject", "P-1", "--actor", "dpo", "--reason", "Retention is over.")
    assert run("ledger", "erase", "--ledger", url, *given) == 0
    said = capsys.readouterr().out
    assert "1 entry about other people may still name this person, as suspect or victim of theirs: 1." in said


def test_a_cohort_says_first_who_of_it_is_also_a_victim(
    url: str, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the identifier that stays; somebody whom the extract does not know is no obstacle."""
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger), OLD, "P-OF-A-PARTNER")
    who = ("--proposed", OLD, "--proposed", "P-OF-A-PARTNER")
    assert run("cycle", "cohort", "2025-06", "--ledger", url, *STAFF, "--extract", str(extract), *who) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        f"READ FIRST: {STAYS} is also recorded as a victim, in I4.\nMembers: {STAYS}, P-OF-A-PARTNER\n"
    )
