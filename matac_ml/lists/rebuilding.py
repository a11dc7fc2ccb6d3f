"""A list drawn up again from records at hand, and held against the one that was kept: what differs, and what caused it.

A list of an earlier day rebuilds from a later extract, because a day sees only what was recorded before it. Where it
does not, something was corrected or taken out, or the policy, the harm index, the bundle or the program is another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from matac_ml.casework.drawn import DrawnList
from matac_ml.casework.listed import DrawnLine, line_hash
from matac_ml.casework.lots import Lot
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import rank_everybody
from matac_ml.lists.drawing import draw_up
from matac_ml.records import Extract

#: What of a basis can be another when a list is rebuilt, in the order in which it is named.
PARTS = {
    "data_sha256": "the extract",
    "policy_sha256": "the policy",
    "harm_sha256": "the harm index",
    "model_sha256": "the bundle",
    "code": "the version of the program",
}


@dataclass(frozen=True)
class Rebuilt:
    """A list held against what rebuilding gives.

    Attributes
    ----------
    same : bool
        Whether every line that was not erased is the same, byte for byte, and there are as many.
    changed : tuple of str
        Parts of the basis that are not those of the day it was drawn; another extract may well give the same lines.
    differing : tuple of (str, str)
        Person and what differs, in order of the list.
    erased : int
        Lines that were erased since, and cannot be compared.
    """

    same: bool
    changed: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]
    erased: int

    @property
    def cause(self) -> str:
        """Why it does not rebuild, in a sentence; empty when it does."""
        if self.same:
            return ""
        if not self.changed:
            return (
                "Extract, policy, harm index, bundle and program are those of the day it was drawn, so the list itself "
                "was altered. Verify the ledger."
            )
        many = len(self.changed) > 1
        return f"{' and '.join(self.changed).capitalize()} {'are' if many else 'is'} not what the list was drawn from."


def rebuild(drawn: DrawnList, extract: Extract, context: ScoringContext) -> Rebuilt:
    """Draw a list up again as of its day, and compare it with what was kept.

    Parameters
    ----------
    context : ScoringContext
        As of the list's day, with the instruments at hand.

    Raises
    ------
    UsageError
        The context is of another day, or the list was in the order of a model and none is at hand.
    """
    then = drawn.basis
    if context.as_of != then.as_of:
        raise UsageError(f"List {drawn.number} is as of {then.as_of}; it cannot be rebuilt as of {context.as_of}.")
    try:
        now, lines = draw_up(
            extract,
            context,
            rank_everybody(extract, context),
            area=then.area,
            places=None if then.quotas else then.places,
            order=then.order,
            quotas=then.quotas or None,
            lot=Lot.from_payload(then.lot) if then.lot and context.policy.lots else None,
        )
    except UsageError as error:
        why = "; ".join(error.faults) or error.message
        raise UsageError(f"List {drawn.number} cannot be rebuilt from these: {why}") from error
    changed = tuple(words for name, words in PARTS.items() if getattr(now, name) != getattr(then, name))
    differing = tuple(_differing(drawn, lines))
    as_many = len(lines) == len(drawn.hashes)
    return Rebuilt(as_many and not differing, changed, differing, drawn.erased)


def _differing(drawn: DrawnList, lines: tuple[DrawnLine, ...]) -> list[tuple[str, str]]:
    then = {kept.line.person_id: kept for kept in drawn.kept}
    now = {line.person_id: (index, line) for index, line in enumerate(lines)}
    found = []
    for person, kept in then.items():
        index, line = now.get(person, (-1, None))
        if line is None:
            found.append((person, "no longer on the list"))
        elif line_hash(kept.salt, line.text) != drawn.hashes[kept.index]:
            found.append((person, _what(kept.line, line)))
        elif index != kept.index:
            found.append((person, "in another place of the order"))
    # Somebody who is on it now may be whoever was erased.
    added = [person for person in now if person not in then]
    return found + [(person, "not on the list that was drawn") for person in added[drawn.erased :]]


def _what(then: DrawnLine, now: DrawnLine) -> str:
    """Which parts of a line differ; of its records, which incidents."""
    named = []
    for part in fields(DrawnLine):
        before, after = getattr(then, part.name), getattr(now, part.name)
        if before == after:
            continue
        if part.name == "records":
            named.append(_incidents(before, after))
        else:
            named.append(f"{part.name.replace('_', ' ')} {before or 'nothing'} became {after or 'nothing'}")
    return "; ".join(named) or "the same but for its bytes"


def _incidents(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    ways = (
        ("no longer in the records", sorted(then.keys() - now.keys())),
        ("not in the records then", sorted(now.keys() - then.keys())),
        ("corrected", sorted(key for key in then.keys() & now.keys() if then[key] != now[key])),
    )
    return "; ".join(f"incident {', '.join(which)} {how}" for how, which in ways if which)
