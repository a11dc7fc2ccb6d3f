"""An agency refers over HTTP and is told nothing of police records; cases over HTTP hold no score."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from matac_ml.casework import Ledger
from matac_ml.roles import ServiceRole
from serving.access.principal import CALLER, Principal
from serving.deployment.runtime import Runtime
from serving.endpoints import cases, referral
from serving.errors import ServiceError
from serving.settings import ServiceSettings
from tests.serving.running import WHY

ASKED = {"user": "h.officer", "reason": "Three visits this month.", "basis": "safeguarding", "share": "meeting"}


@pytest.fixture
def runtime(settings: ServiceSettings) -> Iterator[Runtime]:
    """A worker's runtime without a model."""
    started = Runtime(replace(settings, bundle=None, toolkit=None))
    started.ledger.start()
    started.watcher.start()
    yield started
    started.stop()


def send(runtime: Runtime, agency: str, **fields: object) -> dict[str, object]:
    """A referral by a partner's key; what is answered, or what the refusal says."""
    caller = CALLER.set(Principal("housing", ServiceRole.PARTNER, "key", agency=agency))
    try:
        asked = referral.ReferralRequest.model_validate({**ASKED, **fields}, strict=False)
        return asyncio.run(referral.ENDPOINT.call(runtime, asked)).model_dump()
    except ServiceError as error:
        return {"status": error.code.status, "said": error.faults[0][1]}
    finally:
        CALLER.reset(caller)


def test_a_partner_refers_for_its_own_agency_and_is_told_nothing_of_police_records(runtime: Runtime) -> None:
    """Of somebody whom the police hold and of a stranger alike; its records are kept, and its name is its own."""
    known = str(runtime.deployment.ranking.first(1).people["person_id"].iloc[0])
    visit = {"on": "2025-03-01", "what": "Shouting heard."}
    answers = [send(runtime, "Housing", person_id=who, source="Police", records=[visit]) for who in (known, "H-1")]
    assert [{*answer} for answer in answers] == [{"person_id", "held", "entry", "head"}] * 2
    assert [answer["held"] for answer in answers] == [False, False]
    with Ledger.open(runtime.settings.ledger) as ledger:
        payloads = [entry.personal.payload for entry in ledger.entries(kind="referral") if entry.personal]
    assert [said["source"] for said in payloads] == ["Housing", "Housing"]
    assert [said["records"] for said in payloads] == [[{"on": "2025-03-01", "what": "Shouting heard."}]] * 2
    refused = send(runtime, "", person_id=known)
    assert (refused["status"], refused["said"]) == (422, referral.NO_AGENCY)
    assert send(runtime, "Police", person_id=known)["said"] == referral.NO_AGENCY


def test_a_victim_is_held_and_the_agency_is_not_told(runtime: Runtime) -> None:
    """The safeguarding lead sees the hold."""
    victim = next(one.person_id for one in runtime.deployment.victims if not one.also_suspect)
    assert send(runtime, "Housing", person_id=victim)["held"] is False
    found = asyncio.run(cases.ENDPOINT.call(runtime, cases.CasesRequest(**{**WHY, "state": "held"})))
    assert [case.person_id for case in found.cases] == [victim]


def test_cases_over_http_hold_no_score_and_are_recorded(runtime: Runtime) -> None:
    """Narrowed by state; whoever is shown has an entry that says that no score was."""
    people = [str(person) for person in runtime.deployment.ranking.first(2).people["person_id"]]
    for who in people:
        send(runtime, "Housing", person_id=who)
    answer = asyncio.run(cases.ENDPOINT.call(runtime, cases.CasesRequest(**WHY)))
    assert sorted(case.person_id for case in answer.cases) == sorted(people)
    assert not any("score" in name or "points" in name for name in cases.CaseLine.model_fields)
    assert answer.cases[0].referred_by == ("Housing",)
    with Ledger.open(runtime.settings.ledger) as ledger:
        looks = [entry.personal for entry in ledger.entries(kind="case_look")]
    assert [look.payload["score_shown"] for look in looks if look] == [False, False]
    nobody = asyncio.run(cases.ENDPOINT.call(runtime, cases.CasesRequest(**{**WHY, "state": "planned"})))
    assert (nobody.of, nobody.cases) == (0, ())
