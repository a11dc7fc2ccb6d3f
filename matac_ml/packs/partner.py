"""What a partner agency is given of a meeting, by a stated rule: the terms of the referrals and the agency decide.

Nothing here asks whether sharing is lawful: the force and the agency agree on that. The rule lets out no more than
whoever referred has allowed, and never what the police hold.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matac_ml.casework import Case, Entry, State
from matac_ml.casework.case import shared_by
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import Action, is_same
from matac_ml.casework.recorded import is_police
from matac_ml.casework.referral import AgencyRecord, Basis, Share
from matac_ml.casework.sharing import REFERRALS, tells
from matac_ml.page import Document, as_markdown, write_prose
from matac_ml.wording import day

#: The kind of the ledger's entry about each person whom an agency was told about.
DISCLOSED = "disclosure"
#: Of the rule below; kept with every disclosure, so that it can be said later by which rule something was let out.
RULE_VERSION = "1"
#: The rule as the paper states it.
RULE = (
    "An agency is told that a person was referred, and where the person stands, where the agency made the referral, or "
    "where the referral may be shared with the agencies at the meeting and the agency attended it.",
    "Where the referral may also be shared with those that carry out the plan, an agency that owns an action is told "
    "too. An agency's referral whose terms nobody stated is shared with the police alone; the police's own is shared "
    "as the plan needs it.",
    "An agency sees its own actions in full. Of other agencies' actions it sees who owns them and by when, where the "
    "referral may be shared with those that carry out the plan.",
    "What an agency sent with its referral is disclosed on the terms of that referral.",
    "Never disclosed: police records and incidents, victims, scores and ranks, safeguarding holds, judgements, the "
    "reasons of decisions, and anything about a restricted record.",
)
_TEMPLATE = Path(__file__).parent / "templates" / "partner.md"
_UNDECIDED = (State.HELD, State.REFERRED, State.JUDGED_ONCE, State.JUDGED_TWICE)


@dataclass(frozen=True)
class LetOut:
    """What the rule lets one agency know of one person.

    Attributes
    ----------
    stands : str
        Where the person stands, as far as an agency is told; empty where it may know of its own actions alone.
    sources : tuple of (str, str)
        Who made the referrals that it may know of, each with the ground as it was stated.
    own : tuple of Action
        The agency's own actions.
    others : tuple of Action
        Other agencies' actions, of which owner and day are told.
    records : tuple of (str, AgencyRecord)
        What agencies sent, each with whose it is.
    """

    person_id: str
    stands: str
    sources: tuple[tuple[str, str], ...]
    own: tuple[Action, ...]
    others: tuple[Action, ...]
    records: tuple[tuple[str, AgencyRecord], ...]

    @property
    def what(self) -> list[str]:
        """What is let out, in words for the ledger."""
        parts = {
            "where the person stands": self.stands,
            "referrals": self.sources,
            "the agency's own actions": self.own,
            "owners and days of other actions": self.others,
            "records that agencies sent": self.records,
        }
        return [name for name, part in parts.items() if part]


def let_out_of(cases: Iterable[Case], agency: str, meeting: Meeting) -> tuple[LetOut, ...]:
    """What the rule lets an agency know of each person, in order of identifier; nobody of whom it lets out nothing.

    Parameters
    ----------
    cases : iterable of Case
        Open cases.
    agency : str
        The police are no partner agency: they are let out nothing by this rule.
    """
    if not agency.strip() or is_police(agency):
        return ()
    found = (_of(case, agency, meeting) for case in cases)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.person_id))


def _of(case: Case, agency: str, meeting: Meeting) -> LetOut | None:
    if case.restricted_to:
        return None
    own = tuple(action for action in case.actions if is_same(action.agency, agency))
    shared = [entry for entry in _referrals(case) if tells(shared_by(_said(entry)), agency, [meeting], acts=bool(own))]
    if not shared and not own:
        return None
    plan = any(_is_for_the_plan(entry) for entry in shared)
    return LetOut(
        case.person_id,
        _stands(case) if shared else "",
        tuple((str(_said(entry).get("source", "")), _ground(_said(entry))) for entry in shared),
        own,
        tuple(action for action in case.actions if plan and action not in own),
        tuple(
            (str(_said(entry).get("source", "")), AgencyRecord.from_payload(record))
            for entry in shared
            for record in _said(entry).get("records", ())
        ),
    )


def _referrals(case: Case) -> list[Entry]:
    """The referrals of this way through the cycle: an earlier one tells nothing of who may know now."""
    entries = [entry for entry in case.entries if entry.kind in REFERRALS and entry.personal is not None]
    return entries[len(entries) - len(case.sources) :]


def _said(entry: Entry) -> dict[str, Any]:
    return dict(entry.personal.payload) if entry.personal else {}


def _is_for_the_plan(entry: Entry) -> bool:
    """Whether those that carry out the plan may know: by the referral's terms, or of the police's own without any."""
    terms = shared_by(_said(entry))
    return terms.share == Share.PLAN or (not terms.share and is_police(terms.source))


def _ground(said: dict[str, Any]) -> str:
    return Basis(said["basis"]).words if said.get("basis") else ""


def _stands(case: Case) -> str:
    # A hold, or a judgement that waits, would say what police records hold.
    return "waiting for a decision" if case.state in _UNDECIDED else case.state.value


def partner_pack(meeting: Meeting, agency: str, recipient: str, people: Sequence[LetOut]) -> Document:
    """Write what an agency is given; the caution about people who may be victims too stands before everything else."""
    return write_prose(
        _TEMPLATE,
        {
            "meeting": meeting,
            "agency": agency,
            "recipient": recipient,
            "people": people,
            "rule": RULE,
            "rule_version": RULE_VERSION,
            "own": [
                (one.person_id, action.text, day(action.due), _done(action)) for one in people for action in one.own
            ],
            "others": [
                (one.person_id, action.agency, day(action.due), _done(action))
                for one in people
                for action in one.others
            ],
            "standing": [
                (one.person_id, one.stands, ", ".join(dict.fromkeys(source for source, _ in one.sources)))
                for one in people
                if one.stands
            ],
            "grounds": sorted({f"{source}: {ground}" for one in people for source, ground in one.sources if ground}),
            "records": [
                (one.person_id, source, day(record.happened_on), record.what)
                for one in people
                for source, record in one.records
            ],
        },
        {"day": day},
    )


def _done(action: Action) -> str:
    return "done" if action.done else "not done yet"


def sha256_of(document: Document) -> str:
    """Of what a paper says, whatever its form and whoever prints it."""
    return hashlib.sha256(as_markdown(document).encode()).hexdigest()


def disclosure_of(
    document: Document, meeting: Meeting, agency: str, recipient: str, people: Sequence[LetOut]
) -> dict[str, dict[str, Any]]:
    """What the ledger keeps of a disclosure, by person: to whom, by which rule, what, and the hash of the paper.

    Under an empty identifier where nothing is let out: that an agency was given such a paper is kept too.
    """
    kept = {"agency": agency, "recipient": recipient, "rule": RULE_VERSION, "meeting": meeting.name}
    kept["sha256"] = sha256_of(document)
    found: dict[str, dict[str, Any]] = {one.person_id: {**kept, "let_out": one.what} for one in people}
    return found or {"": {**kept, "let_out": []}}
