"""A profile of one person on two pages: what records say, what the instruments make of it, where the person stands."""

from collections.abc import Sequence
from pathlib import Path

from matac_ml.api.explanation import Caution, CautionKind, ExplainedScore, IncidentLine
from matac_ml.casework import Case, State
from matac_ml.casework.referral import Basis
from matac_ml.casework.steps import NEXT
from matac_ml.explain.summary import facts_of
from matac_ml.page import Document, write_prose
from matac_ml.wording import day, relationship, span

_TEMPLATE = Path(__file__).parent / "templates" / "profile.md"
#: As many of each as leave the profile on two pages of A4; what is left out is counted.
MOST_INCIDENTS, MOST_VICTIMS, MOST_REASONS, MOST_ACTIONS, LONGEST = 8, 6, 4, 5, 110
#: Cautions that decide how everything below is read; the others are about the instruments.
_FIRST = (CautionKind.DUAL_ROLE, CautionKind.DOUBTFUL_IDENTITY, CautionKind.NOT_ELIGIBLE, CautionKind.PARTNER_RECORDS)
Rows = list[tuple[str, ...]]


def subject_profile(score: ExplainedScore, lines: Sequence[IncidentLine], case: Case | None) -> Document:
    """Write the profile; a caution about a dual role stands before everything else.

    Victims are numbered and not named: the meeting needs to see whether somebody goes from one person to the next, and
    the paper leaves the police.

    Parameters
    ----------
    lines : sequence of IncidentLine
        As the score saw them; empty where the reader may not see incidents.
    case : Case or None
        None where nothing is going on, or the reader may not see it.
    """
    suspected = [line for line in lines if line.role != "victim"]
    reasons = sorted((r for family in score.families for r in family.reasons), key=lambda r: -abs(r.contribution))
    victims = _victims(suspected)
    return write_prose(
        _TEMPLATE,
        {
            "score": score,
            "first": [_unnamed(caution, lines) for caution in score.cautions if caution.kind in _FIRST],
            "dual": any(caution.kind is CautionKind.DUAL_ROLE for caution in score.cautions),
            "notes": [caution.text for caution in score.cautions if caution.kind not in _FIRST],
            "facts": [(fact.figure, fact.words) for fact in facts_of(score)],
            "matrix": [
                (line.component.capitalize(), line.value_text, line.band, str(line.points))
                for line in score.matrix.lines
            ],
            "reasons": [f"{reason.text}" for reason in reasons[:MOST_REASONS]],
            "victims": victims[:MOST_VICTIMS],
            "more_victims": max(len(victims) - MOST_VICTIMS, 0),
            "incidents": [_incident(line) for line in lines[:MOST_INCIDENTS]],
            "more_incidents": max(len(lines) - MOST_INCIDENTS, 0),
            "case": case if case is not None and case.state is not State.NOBODY else None,
            "expected": NEXT.get(case.state, "") if case is not None else "",
            "grounds": _grounds(case),
            "actions": _actions(case),
            "limits": score.limits[:3],
        },
        {"day": day, "span": span},
    )


def _unnamed(caution: Caution, lines: Sequence[IncidentLine]) -> str:
    """A caution for paper: that about a dual role names on the page who is suspected, and here nobody."""
    if caution.kind is not CautionKind.DUAL_ROLE:
        return caution.text
    both_ways = any(other.each_other for line in lines for other in line.others)
    said = caution.text.partition(" Suspected there:")[0]
    said += " In some incidents the two are recorded against each other." if both_ways else ""
    decide = "Read those incidents first. People decide who the primary aggressor is; a score cannot."
    return said if said.endswith(decide) else f"{said} {decide}"


def _victims(lines: Sequence[IncidentLine]) -> Rows:
    """Each victim by number, in the order in which they were first recorded, with when and how often."""
    found: dict[str, list[tuple[IncidentLine, str | None]]] = {}
    for line in sorted(lines, key=lambda line: (line.occurred_on, line.incident_id)):
        for other in line.others:
            found.setdefault(other.person_id, []).append((line, other.relationship))
    rows: Rows = []
    for number, theirs in enumerate(found.values(), 1):
        told = next((relationship(what) for _, what in reversed(theirs) if what), "not recorded")
        days = [line.occurred_on for line, _ in theirs]
        rows.append((f"Victim {number}", told, day(days[0]), day(days[-1]), str(len(theirs))))
    return rows


def _incident(line: IncidentLine) -> tuple[str, ...]:
    what = line.offence_name or line.offence_code or "not coded"
    kind = "crime" if line.is_crime else "not a crime"
    harm = "none" if line.harm_days is None else f"{line.harm_days:,.0f}"
    as_what = "VICTIM" if line.role == "victim" else line.role
    return day(line.occurred_on), line.incident_id, as_what, _short(what), kind, harm


def _grounds(case: Case | None) -> list[str]:
    if case is None:
        return []
    referrals = [e for e in case.entries if e.kind in ("referral", "safeguarding_referral") and e.personal is not None]
    said = []
    for entry in referrals[-len(case.sources) or len(referrals) :]:
        payload = entry.personal.payload if entry.personal else {}
        why = f", because {Basis(payload['basis']).words}" if payload.get("basis") else ", on a ground not stated"
        said.append(f"Referred by {payload.get('source', '')}{why}.")
    return said[-3:]


def _actions(case: Case | None) -> Rows:
    actions = case.actions if case is not None else ()
    open_first = sorted(actions, key=lambda action: (action.done, action.due))
    return [
        (_short(action.text), action.agency, day(action.due), "done" if action.done else "not done yet")
        for action in open_first[:MOST_ACTIONS]
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
