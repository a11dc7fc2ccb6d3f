"""Ten people judged blind by two specialists, in one form each, and settled in one: scores kept until then."""

from dataclasses import replace

import pytest

from matac_ml.casework import Cycle, Ledger, NewEntry, State
from matac_ml.casework.judging import LOOKS
from matac_ml.roles import Permission, ServiceRole
from serving.access.principal import CALLER, Principal
from serving.access.sessions import SESSION, Session
from serving.deployment.runtime import Runtime
from serving.endpoints.casework import cycle_of
from serving.pages.casework.judging import sitting
from serving.settings import ServiceSettings
from tests.serving.casework_pages import REASON, Staff, decide, first_listed, refer, rows_of, words_of
from tests.serving.running import Service
from tests.serving.signed_in import path_of


@pytest.fixture(scope="module")
def ten(force: Service, staff: Staff) -> list[str]:
    """Ten people of the list, referred by the analyst."""
    people = first_listed(force, 10)
    for person in people:
        refer(staff("analyst"), person)
    return people


@pytest.mark.parametrize("role", list(ServiceRole))
def test_only_whoever_may_judge_opens_the_page(staff: Staff, ten: list[str], role: ServiceRole) -> None:
    """Everybody else is told who may; counts without people are everybody's."""
    answer = staff(role.value, agency="Health" if role is ServiceRole.PARTNER else "Police").get("/judging")
    assert (answer.status_code == 200) is (Permission.JUDGE in role.permissions)
    if answer.status_code == 200:
        assert ten[0] in answer.text
        assert "points" not in words_of(answer)
    else:
        assert "This is for the role specialist or chair" in answer.text
    assert staff(role.value).get("/agreement").status_code == 200


def test_the_ledger_is_asked_once_however_many_wait(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sitting of twelve referrals asks for as many pages of entries as one of three, and says the same of each."""
    runtime = Runtime(replace(settings, bundle=None, toolkit=None))
    runtime.ledger.start()
    runtime.watcher.start()
    session = SESSION.set(Session("s" * 32, name="b.one", role="specialist", origin="made-up"))
    caller = CALLER.set(Principal("b.one", ServiceRole.SPECIALIST, "made-up"))
    asked: list[object] = []
    entries = Ledger.entries

    def counted(ledger: Ledger, **where: object) -> object:
        asked.append(where.get("kind"))
        return entries(ledger, **where)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "entries", counted)
    try:
        people = [str(person) for person in runtime.deployment.ranking.first(12).people["person_id"]]
        looks = []
        for start, stop in ((0, 3), (3, 12)):
            for person in people[start:stop]:
                cycle_of(runtime, runtime.deployment).refer(
                    person, actor="an.analyst", reason=REASON, source="analysis"
                )
            seen = NewEntry("consultation", "B.One", "matac_nomination", REASON, people[start])
            runtime.ledger.ledger.append_many([seen])
            asked.clear()
            found = sitting(runtime)
            looks.append(len([kind for kind in asked if kind == LOOKS]))
            assert [row.case.person_id for row in found.waiting] == people[:1] + people[3:4] * (stop > 3)
            assert "you were shown a score" in found.waiting[0].why_not
            assert len(found.to_judge) == stop - len(found.waiting)
        assert looks == [1, 1]
    finally:
        runtime.stop()
        CALLER.reset(caller)
        SESSION.reset(session)


def test_ten_people_are_judged_and_settled_in_three_forms(force: Service, staff: Staff, ten: list[str]) -> None:
    """Neither sees the other's; then both and the score are shown; a third decides where they differ."""
    first, second, third = (staff("specialist", name) for name in ("b.one", "c.two", "d.three"))
    answer = decide(first, "/judging", dict.fromkeys(ten, "accept"))
    assert path_of(answer) == "/judging"
    assert "10 decisions" in answer.text
    assert "you have judged it; it waits for another specialist" in answer.text
    said = words_of(second.get("/judging"))
    assert "b.one" not in said
    views = {person: "decline" if person == ten[0] else "accept" for person in ten}
    answer = decide(second, "/judging", views)
    assert "Entry score" in answer.text
    for judge in ("b.one", "c.two"):
        assert judge in words_of(answer)
    refused = decide(second, "/judging", {ten[0]: "decline"}, what="settle")
    assert refused.status_code == 409
    assert "The two judgements differ and yours is one of them" in refused.text
    assert "role specialist or chair may" in refused.text
    assert decide(third, "/judging", {ten[0]: "decline"}, what="settle").status_code == 200
    assert decide(first, "/judging", dict.fromkeys(ten[1:], "accept"), what="settle").status_code == 200
    assert rows_of(first.get("/judging").text) == {}
    with Ledger.open(force.ledger) as ledger:
        states = [Cycle(ledger).case(person).state for person in ten]
        ledger.verify()
    assert states == [State.DECLINED, *[State.ACCEPTED] * 9]


def test_a_form_in_which_nothing_is_chosen_says_so(staff: Staff) -> None:
    """As GOV.UK shows it."""
    specialist = staff("specialist", "b.one")
    specialist.get("/judging")
    answer = specialist.post("/judging")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "Choose accept or decline for at least one person" in answer.text


@pytest.mark.parametrize("address", ["/judging?done=%C2%B2", "/cases?page=%C2%B2"])
def test_a_number_that_is_none_counts_as_not_given(staff: Staff, address: str) -> None:
    """A raised two is a digit and no number."""
    assert staff("specialist", "b.one").get(address).status_code == 200
