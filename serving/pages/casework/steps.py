"""The steps that can be taken where somebody stands, with the fields of each, and why a role does not take one."""

from dataclasses import dataclass
from typing import Any

from matac_ml.casework import Case, State
from matac_ml.casework.steps import STEPS
from matac_ml.casework.toolkit import Toolkit
from serving.endpoints.cycle import why_not_taken
from serving.pages.forms import Form
from serving.settings import ServiceSettings


@dataclass(frozen=True)
class StepForm:
    """One step that the case's page offers.

    Attributes
    ----------
    name : str
        The word in the form; ``judge`` and ``settle`` are made of an outcome.
    fields : tuple of str
        What it asks beyond the reason.
    why_not : str
        Why the caller does not take it, with the roles that do; empty when they do.
    """

    name: str
    title: str
    button: str
    fields: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class _Offered:
    """A step that can be offered: the kinds of entries it writes, and the step of the API that is asked who may."""

    name: str
    title: str
    button: str
    kinds: tuple[str, ...]
    asked: str
    fields: tuple[str, ...] = ()


_JUDGED = ("first_judgement", "second_judgement")
_PLAN = ("interventions", "starts", "weeks")
_OFFERED = (
    _Offered("release", "Release the safeguarding hold", "Release the hold", ("hold_released",), "release"),
    _Offered("judge", "Judge the referral", "Record the judgement", _JUDGED, "accept", ("outcome",)),
    _Offered("settle", "Settle the two judgements", "Settle", (), "settle_accept", ("outcome",)),
    _Offered("decline", "Decline the referral", "Decline", (), "decline"),
    _Offered("plan", "Record a plan", "Record the plan", ("plan", "disruption_plan"), "plan", _PLAN),
    _Offered("engage", "Record a week", "Record the week", ("engagement",), "engage", ("week", "engaged")),
    _Offered("complete", "Complete the programme", "Complete", ("completion",), "complete"),
    _Offered("end_early", "End the programme early", "End early", ("early_end",), "end_early"),
    _Offered("remove", "Remove for not engaging", "Remove", ("removal",), "remove"),
    _Offered("withdraw", "Withdraw", "Withdraw", ("withdrawal",), "withdraw"),
    _Offered("exit", "Record the exit", "Record the exit", ("exit",), "exit", ("score",)),
)


def _is_offered(step: _Offered, case: Case, judgements: int) -> bool:
    if step.name == "settle":
        return case.state is State.JUDGED_TWICE
    if step.name == "decline":
        return case.state is State.HELD
    if step.name == "judge" and judgements == 1:
        return case.state is State.REFERRED
    return any(case.state in STEPS[kind][0] for kind in step.kinds)


def forms_for(case: Case, judgements: int, settings: ServiceSettings) -> list[StepForm]:
    """The steps that can follow, those first that the caller may take."""
    forms = [
        StepForm(step.name, step.title, step.button, step.fields, why_not_taken(step.asked, settings))
        for step in _OFFERED
        if _is_offered(step, case, judgements)
    ]
    return sorted(forms, key=lambda form: bool(form.why_not))


def request_fields(step: str, form: Form, toolkit: Toolkit) -> tuple[dict[str, Any], dict[str, str]]:
    """What a step's form asks of ``/v1/cycle``, and what is missing in it by field."""
    asked: dict[str, Any] = {"step": step}
    faults: dict[str, str] = {}
    if step in ("judge", "settle"):
        outcome = form.get("outcome", "")
        if outcome not in ("accept", "decline"):
            faults["outcome"] = "Choose accept or decline"
        asked["step"] = outcome if step == "judge" else f"settle_{outcome}"
    if step == "plan":
        asked["interventions"] = [name for name in toolkit.interventions if f"intervention-{name}" in form]
        if not asked["interventions"]:
            faults["interventions"] = "Choose at least one intervention"
        _take(asked, faults, form, "starts", "Enter the first day, such as 2026-11-28")
    if step == "engage":
        _take(asked, faults, form, "week", "Enter the week of the programme", whole=True)
        if form.get("engaged") not in ("yes", "no"):
            faults["engaged"] = "Say whether the person engaged"
        asked["engaged"] = form.get("engaged") == "yes"
    for optional in {"plan": ("weeks",), "exit": ("score",)}.get(step, ()):
        if form.get(optional, "").strip():
            _take(asked, faults, form, optional, "Enter a whole number", whole=True)
    return asked, faults


def _take(
    asked: dict[str, Any], faults: dict[str, str], form: Form, field: str, missing: str, *, whole: bool = False
) -> None:
    text = form.get(field, "").strip()
    if not text or (whole and not (text.isascii() and text.isdigit() and len(text) < 8)):
        faults[field] = missing
        return
    asked[field] = int(text) if whole else text
