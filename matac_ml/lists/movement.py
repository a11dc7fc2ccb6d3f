"""What moved between two drawn lists of one area: who is new, up, down, gone or stayed, each with its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matac_ml.asof import PersonFile, PersonView, read_people
from matac_ml.casework.drawn import DrawnList
from matac_ml.casework.listed import DrawnLine
from matac_ml.explain.cautions import why_left_out
from matac_ml.explain.context import ScoringContext
from matac_ml.lists.changes import changes_between
from matac_ml.records import Extract


class Way(StrEnum):
    """Which way somebody moved from one list to the next."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    STAYED = "stayed"
    GONE = "gone"


@dataclass(frozen=True)
class PersonMoved:
    """One person of two lists.

    Attributes
    ----------
    before, after : DrawnLine or None
        The person's line on each list; None where the person is not on it.
    reasons : tuple of str
        What changed between the two days, in plain English; never empty.
    """

    person_id: str
    way: Way
    before: DrawnLine | None
    after: DrawnLine | None
    reasons: tuple[str, ...]

    @property
    def also_victim(self) -> bool:
        """Whether either list says that the person is also recorded as a victim."""
        return any(line.also_victim for line in (self.before, self.after) if line is not None)


def moved_between(
    before: DrawnList, after: DrawnList, extract: Extract, context: ScoringContext
) -> tuple[PersonMoved, ...]:
    """Compare two lists.

    Parameters
    ----------
    before, after : DrawnList
        Of the same area and order, the earlier one first.
    extract : Extract
        Records that reach to the later list's day.
    context : ScoringContext
        Its instruments name the points; its day does not matter.

    Returns
    -------
    tuple of PersonMoved
        Everybody listed on either, those of the later list in its order, then those who are gone.
    """
    staying = extract.merged_as_of(after.basis.as_of)
    then = {staying.get(line.person_id, line.person_id): line for line in _listed(before)}
    now = {line.person_id: line for line in _listed(after)}
    not_listed = {line.person_id: line for line in after.lines if not line.is_listed}
    people = [*now, *(person for person in then if person not in now)]
    files = read_people(extract, people)
    found = []
    for person in people:
        sides = _Sides(before, after, then.get(person), now.get(person))
        reasons = tuple(_reasons(sides, files.get(person), context, staying))
        line = sides.now or not_listed.get(person)
        found.append(PersonMoved(person, _way(sides.then, sides.now), sides.then, line, reasons))
    return tuple(found)


@dataclass(frozen=True)
class _Sides:
    """The two lists, and one person's line on each."""

    before: DrawnList
    after: DrawnList
    then: DrawnLine | None
    now: DrawnLine | None


def _listed(drawn: DrawnList) -> list[DrawnLine]:
    return [line for line in drawn.lines if line.is_listed]


def _way(then: DrawnLine | None, now: DrawnLine | None) -> Way:
    if then is None:
        return Way.NEW
    if now is None:
        return Way.GONE
    return Way.STAYED if now.rank == then.rank else Way.UP if now.rank < then.rank else Way.DOWN


def _reasons(
    sides: _Sides, person: PersonFile | None, context: ScoringContext, staying: Mapping[str, str]
) -> Iterator[str]:
    """Why a person moved: instruments first, then what stands in the person's own records, then other people."""
    found = [*_of_instruments(sides)]
    if sides.then is not None and sides.then.person_id in staying:
        found.append(f"the identifier {sides.then.person_id} was found to be this person's")
    if person is None:
        found.append("the records no longer hold this person")
    else:
        found += changes_between(
            person, sides.before.basis.as_of, sides.after.basis.as_of, context, counted_then=_counted(sides, staying)
        )
        if sides.now is None:
            found += _why_gone(sides, person, context)
    yield from found or [_others(sides)]


def _counted(sides: _Sides, staying: Mapping[str, str]) -> DrawnLine | None:
    """The earlier line where its incidents can be compared: counted by the same policy, under the same identity."""
    same_policy = sides.before.basis.policy_sha256 == sides.after.basis.policy_sha256
    return sides.then if same_policy and sides.then and sides.then.person_id not in staying else None


def _of_instruments(sides: _Sides) -> Iterator[str]:
    then, now = sides.before.basis, sides.after.basis
    if then.policy_sha256 != now.policy_sha256:
        yield f"the policy is now {now.policy}, and was {then.policy}"
    elif then.harm_sha256 != now.harm_sha256:
        yield f"the harm index is now {now.harm_index}, and was {then.harm_index}"
    if now.order == "model" and then.model_sha256 != now.model_sha256:
        yield "the model is another one"
    if then.places != now.places:
        yield f"the list has {now.places} places, and had {then.places}"


def _why_gone(sides: _Sides, person: PersonFile, context: ScoringContext) -> Iterator[str]:
    view = PersonView(person, sides.after.basis.as_of, harm=context.instruments.harm_table)
    yield from why_left_out(view, context.policy, lookback_days=context.instruments.lookback_days)


def _others(sides: _Sides) -> str:
    if sides.then is not None and sides.now is not None and sides.then.rank == sides.now.rank:
        return "nothing that counts for this person changed"
    return "nothing that counts for this person changed; other people moved"
