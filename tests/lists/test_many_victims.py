"""Many victims and little harm over a long time: found where harm alone would not, and never ranked."""

from dataclasses import fields

import pytest

from matac_ml.explain.ranking import rank_everybody
from matac_ml.lists.many_victims import ManyVictims, many_victims
from tests.lists.small_force import Happened, context_of, extract_of

#: Ten people with grave incidents against one victim each.
GRAVE = [Happened(f"G{who}{i}", f"G{who}", f"W{who}", 100 + i) for who in range(10) for i in range(5)]


def found(*force: Happened, area: str | None = None, **more: object) -> tuple[ManyVictims, ...]:
    """Who is shown."""
    extract = extract_of([*GRAVE, *force], **more)
    context = context_of(extract)
    return many_victims(extract, context, rank_everybody(extract, context), area=area)


def quiet(suspect: str, *, victims: int = 4, since: int = 900, step: int = 200) -> list[Happened]:
    """Incidents that are no crimes, each against somebody else, over a long time."""
    return [
        Happened(f"{suspect}{i}", suspect, f"{suspect}-V{i}", since - step * i, is_crime=False) for i in range(victims)
    ]


def test_somebody_with_many_victims_and_little_harm_is_found() -> None:
    """With the figures that a specialist would look up."""
    (person,) = found(*quiet("Q1"))
    assert (person.person_id, person.victims, person.incidents) == ("Q1", 4, 4)
    assert (person.last - person.first).days == 600


@pytest.mark.parametrize(
    ("force", "why"),
    [
        (quiet("Q1", victims=2), "two victims are not many"),
        (quiet("Q1", step=20), "two months are not a long time"),
        ([Happened(f"Q{i}", "Q1", f"X{i}", 800 - 180 * i, code="00101") for i in range(4)], "harm finds them"),
    ],
)
def test_others_are_not_shown(force: list[Happened], why: str) -> None:
    """Whoever has few victims, a short time, or harm enough to be found by it."""
    assert found(*force) == (), why


def test_they_are_in_order_of_identifier_and_have_no_rank() -> None:
    """More victims put nobody first, and no field orders them."""
    people = found(*quiet("Q2", victims=5), *quiet("Q1", victims=3), *quiet("Q3", victims=4))
    assert [person.person_id for person in people] == ["Q1", "Q2", "Q3"]
    assert not {"rank", "score", "total", "probability"} & {field.name for field in fields(ManyVictims)}


def test_whoever_the_policy_does_not_list_is_not_shown() -> None:
    """A death, here."""
    assert found(*quiet("Q1"), people=[{"person_id": "Q1", "deceased_on": "2025-05-01"}]) == ()


def test_an_area_has_its_own() -> None:
    """By the area of the latest incident."""
    assert [person.person_id for person in found(*quiet("Q1"), area="North")] == ["Q1"]


def test_a_dual_role_is_the_first_thing_after_the_identifier() -> None:
    """It is known, and said first."""
    (person,) = found(*quiet("Q1"), Happened("C1", "W0", "Q1", 50))
    assert person.also_victim
    assert [field.name for field in fields(ManyVictims)][:2] == ["person_id", "also_victim"]
