"""Blind judgement: two specialists judge before they see a score or each other's; then they agree, or a third decides.

Whoever has seen a score cannot judge as if they had not. Whether somebody has is read from the ledger: every look at a
score is an entry there before anything is shown.
"""

from collections.abc import Iterable

from matac_ml.casework.case import Case
from matac_ml.casework.entry import Entry
from matac_ml.casework.notes import is_same
from matac_ml.casework.steps import State
from matac_ml.roles import Permission, titles, who_may
from matac_ml.wording import day

#: Kinds of entries that say somebody was shown a person's score.
SCORE_LOOKS = frozenset(
    {
        "consultation",
        "list",
        "list_line",
        "drawn_list_shown",
        "many_victims_shown",
        "explanation_again",
        "forward_look",
        "incident_table",
        "subject_access",
    }
)
#: A look at somebody's case; its payload says whether the score was shown.
CASE_LOOK = "case_look"
#: What a blind judge must not have seen.
LOOKS = SCORE_LOOKS | {CASE_LOOK}


REFERRED_IT = "whoever recorded the referral does not decide where the two differ; another third person may"


def is_blind(case: Case, judgements: int) -> bool:
    """Whether a score and a first judgement must still be kept from whoever judges."""
    return judgements > 1 and case.state in (State.HELD, State.REFERRED, State.JUDGED_ONCE)


def another_may(who: str = "somebody else") -> str:
    """Who may take the step in place of whoever was refused."""
    return f"{who} with the role {titles(who_may(Permission.JUDGE))} may"


def faults_of_judge(case: Case, actor: str, looks: Iterable[Entry]) -> list[str]:
    """Return why somebody cannot judge blind, each with who may.

    Parameters
    ----------
    looks : iterable of Entry
        Of the kinds in :data:`LOOKS`, about this person.
    """
    faults = []
    mine = next((judgement for judgement in case.judgements if is_same(judgement.actor, actor)), None)
    if mine is not None:
        faults.append(f"you judged this referral on {day(mine.on)}; {another_may()}")
    if any(is_same(name, actor) for name in case.referred_by):
        faults.append(f"whoever recorded the referral does not judge it; {another_may()}")
    # Whoever recorded a referral or an exit with a score knows that score, of an earlier way through the cycle too.
    seen = next((look for look in (*looks, *case.entries) if is_same(look.actor, actor) and _showed(look)), None)
    if seen is not None:
        faults.append(
            f"you were shown a score of this person (entry {seen.number}), and a judgement comes before any score; "
            f"{another_may('somebody who has not seen one,')}"
        )
    return faults


def _showed(look: Entry) -> bool:
    payload = look.personal.payload if look.personal else {}
    return look.kind in SCORE_LOOKS or "score" in payload or bool(payload.get("score_shown"))


def settled(case: Case, actor: str, *, accept: bool) -> tuple[str, list[str]]:
    """How two judgements are settled, and why they cannot be so by this person; the rule is :func:`who_settles`.

    Returns
    -------
    way : str
        ``agreed`` where both support the outcome; ``third`` where somebody who judged neither decides.
    faults : list of str
    """
    views = [judgement.accepts for judgement in case.judgements]
    own = [judgement for judgement in case.judgements if is_same(judgement.actor, actor)]
    others = [judgement.accepts for judgement in case.judgements if judgement not in own]
    if views and all(view is accept for view in views):
        return "agreed", []
    if views and all(view is not accept for view in views):
        word = "decline" if accept else "accept"
        return "", [f"both judged {word}; a third person decides only where the two differ"]
    if not own:
        return "third", [REFERRED_IT] if any(is_same(name, actor) for name in case.referred_by) else []
    # Whoever comes round to the other's view makes it that of both.
    if others == [accept]:
        return "agreed", []
    return "", [f"the two judgements differ and yours is one of them; agree with the other, or {another_may()} decide"]


def who_settles(case: Case, actor: str) -> str:
    """What somebody may settle, in plain English.

    Where both judged alike, that is the outcome, and anybody who may judge records it. Where they differ, a third
    person decides who is neither judge and did not record the referral, unless one of the two agrees with the other.
    """
    views = {judgement.accepts for judgement in case.judgements}
    if len(views) == 1:
        return f"Both judged {'accept' if views == {True} else 'decline'}: that is the outcome, and you may record it."
    own = next((judgement for judgement in case.judgements if is_same(judgement.actor, actor)), None)
    if own is not None:
        other = "decline" if own.accepts else "accept"
        return f"The two differ and you are one of them: you may agree to {other}, or leave it to a third person."
    if any(is_same(name, actor) for name in case.referred_by):
        return f"The two differ, and you recorded the referral: {another_may('a third person')} decide."
    return "The two differ: you are a third person and decide."
