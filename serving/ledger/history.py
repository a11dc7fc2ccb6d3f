"""What a worker reads in the ledger: what was given, to whom, and what was said and decided about a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from matac_ml.api.explanation import ExplainedScore
from matac_ml.casework import Entry
from matac_ml.casework.case import case_from
from matac_ml.casework.drawn import LINE
from matac_ml.casework.listed import DrawnLine, Standing
from matac_ml.casework.meetings_read import CLOSED, OPENED, meetings_in
from matac_ml.casework.sharing import KEPT_BACK, REFERRALS, is_force, is_kept_back
from matac_ml.casework.steps import KINDS
from matac_ml.casework.telling import tell
from matac_ml.challenge import CHALLENGE_KINDS, tell_challenge
from matac_ml.errors import LedgerError
from matac_ml.explain.subject_access import PastLook, PastRefusal, PastStep
from matac_ml.support import SUPPORT_KINDS, tell_support
from matac_ml.wording import day
from serving.access.principal import Principal
from serving.explained import read_explanation
from serving.ledger.writer import REFUSED, LedgerWriter

#: Kinds of entries that say what somebody did about the person; whatever else names a person is a look.
_TAKEN = KINDS | SUPPORT_KINDS | CHALLENGE_KINDS


@dataclass(frozen=True)
class PastExplanation:
    """An explanation as it was given."""

    text: str
    given_at: datetime


def find_explanation(ledger: LedgerWriter, nomination_id: str, user: str, caller: Principal) -> PastExplanation | None:
    """What was given under an id, to whoever it was given to and to auditors; None to everybody else."""
    for entry in ledger.read(kind="consultation", reference=nomination_id):
        personal = entry.personal
        if personal is None:
            continue
        same = entry.actor == user and caller.was(str(personal.payload.get("caller", "")))
        if same or caller.reads_ledger:
            return PastExplanation(str(personal.payload.get("explanation", "")), entry.recorded_at)
    return None


def people_listed(ledger: LedgerWriter, list_id: str) -> tuple[str, ...]:
    """Whoever was on a list that the service gave, in its order; empty when the ledger holds no such list."""
    entries = ledger.read(kind="list", reference=list_id)
    return tuple(entry.personal.subject for entry in entries if entry.personal)


def told_about(
    ledger: LedgerWriter, person: Collection[str], agency: str = ""
) -> tuple[tuple[PastLook, ...], tuple[PastRefusal, ...], tuple[PastStep, ...]]:
    """Every look at a person, every refusal, and everything that people did about the person, oldest first.

    Parameters
    ----------
    person : collection of str
        Every identifier the person has had: what was said under one that was given up was said of the same person.
    agency : str
        Whom whoever asks works for: the terms of a referral may keep from an agency what it says.
    """
    entries = ledger.read(subject=person)
    looks = tuple(_look(entry) for entry in entries if entry.kind not in _TAKEN and entry.kind != REFUSED)
    refusals = tuple(_refusal(entry) for entry in entries if entry.kind == REFUSED)
    taken = [entry for entry in entries if entry.kind in _TAKEN]
    kept_back = _kept_back(ledger, person, taken, agency)
    steps = tuple(
        PastStep(entry.number, entry.recorded_at, KEPT_BACK if entry in kept_back else _told(entry), _part_of(entry))
        for entry in taken
    )
    return looks, refusals, steps


def _kept_back(ledger: LedgerWriter, person: Collection[str], taken: Sequence[Entry], agency: str) -> list[Entry]:
    """The referrals that their terms keep from an agency; all of them where somebody wrote into the ledger."""
    if is_force(agency):
        return []
    try:
        meetings = meetings_in(ledger.read(kind=(OPENED, CLOSED)))
        case = case_from(next(iter(person), ""), taken)
    except LedgerError:
        return [entry for entry in taken if entry.kind in REFERRALS]
    return [entry for entry in taken if is_kept_back(entry, case, agency, meetings)]


def _part_of(entry: Entry) -> Literal["cycle", "support", "challenge"]:
    if entry.kind in CHALLENGE_KINDS:
        return "challenge"
    return "support" if entry.kind in SUPPORT_KINDS else "cycle"


def _told(entry: Entry) -> str:
    if entry.kind in CHALLENGE_KINDS:
        return tell_challenge(entry, day)
    return tell_support(entry, day) if entry.kind in SUPPORT_KINDS else tell(entry, day)


def _refusal(entry: Entry) -> PastRefusal:
    asked = str(entry.personal.payload.get("asked", "")) if entry.personal else ""
    return PastRefusal(entry.number, entry.recorded_at, asked, entry.purpose)


def _look(entry: Entry) -> PastLook:
    look = PastLook(entry.number, entry.recorded_at, entry.kind, entry.purpose)
    payload = entry.personal.payload if entry.personal else {}
    if entry.kind == LINE:
        return _on_drawn_list(look, payload)
    if entry.kind == "list" and isinstance(payload.get("rank"), int):
        return replace(look, rank=payload["rank"], matrix_total=payload.get("matrix_total"))
    if "explanation" not in payload:
        return look
    try:
        score = read_explanation(str(payload["explanation"]))
    except ValueError:  # somebody wrote into the ledger: that must not keep the rest from whoever it is about
        return replace(look, unreadable=True)
    if not isinstance(score, ExplainedScore):
        return look
    return replace(
        look,
        matrix_total=score.matrix.total,
        matrix_band=score.matrix.band,
        probability=score.model.probability if score.model else None,
    )


def _on_drawn_list(look: PastLook, payload: Mapping[str, Any]) -> PastLook:
    try:
        line = DrawnLine.from_text(payload["line"])
    except (KeyError, TypeError, ValueError):  # as above
        return replace(look, unreadable=True)
    # Somebody left out has no rank: the line keeps the one that the person would have.
    if line.standing is Standing.LEFT_OUT:
        return replace(look, left_out=True, matrix_total=line.total)
    return replace(look, rank=line.rank, matrix_total=line.total)
