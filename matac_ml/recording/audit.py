"""The audit of recording: every group of one attribute beside everybody else, with what it could have found."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.codes import NOT_STATED
from matac_ml.errors import UsageError
from matac_ml.evaluation import wilson
from matac_ml.facts import Estimate, GroupRecordingFacts, PowerFacts, RecordingFacts, Verdict, finite
from matac_ml.fairness import audit_groups
from matac_ml.fairness.chance import holm
from matac_ml.fairness.groups import TITLES
from matac_ml.recording.design import LEVEL, LOSSES, Design, power, smallest_loss
from matac_ml.recording.lists import TwoLists, lists_of_incidents, lists_of_people
from matac_ml.recording.shares import ShareHeld, compare_shares
from matac_ml.records import Extract

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Fewer referred people than this in a group, or in the rest, and nothing is compared.
FEWEST = 10
#: A comparison that would miss a loss of half a group's incidents says nothing when it finds none.
LARGEST_UNNOTICED = 0.5


def recording_audit(
    extract: Extract,
    by: str,
    *,
    group: str | None = None,
    tolerance_days: int = 3,
    permutations: int = 20_000,
    seed: int = 2026,
) -> tuple[RecordingFacts, ...]:
    """Compare the share of partners' knowledge that the police held, by group.

    Parameters
    ----------
    by : str
        An attribute of :data:`matac_ml.fairness.TITLES` that the extract records.
    group : str, optional
        The one group to compare, named before anything was looked at; every group otherwise, with a correction.
    tolerance_days : int
        How far the two dates of one incident may lie apart.

    Returns
    -------
    tuple of RecordingFacts
        By incidents first, where partners give dates, then by people.

    Raises
    ------
    UsageError
        The extract has no referrals, or does not record the attribute or the group.
    """
    found = []
    lists = [
        (lists_of_incidents(extract, tolerance_days=tolerance_days), "incidents"),
        (lists_of_people(extract), "people"),
    ]
    if lists[1][0].rows.empty:
        raise UsageError("A recording audit needs referrals by partners; the extract's table of referrals has no rows.")
    everybody = extract.people_frame()
    for two, of in lists:
        if len(two.rows):
            groups = _groups(everybody, two, extract, by, group)
            facts = _compared(two, groups, group, permutations=permutations, seed=seed)
            dated = of == "incidents"
            found.append(
                RecordingFacts(
                    attribute=by, title=TITLES[by], of=of, tolerance_days=tolerance_days if dated else None,
                    people=len(two.rows), stated=int((groups[two.rows["person_id"]] != NOT_STATED).sum()), groups=facts,
                    notes=_NOTES[of],
                )
            )  # fmt: skip
    return tuple(found)


#: What the figures rest on; printed with them.
_NOTES = {
    "incidents": (
        "It is assumed that partners learn of an incident, and refer the person, whether or not it was recorded. "
        "The odds ratio says how strongly that would have to fail, in one group more than in others, to explain the "
        "whole difference.",
        "An incident is held when the police had recorded one of that person as a suspect, dated as many days apart as "
        "the tolerance allows or fewer, before the referral. A person who is not linked to their own record counts as "
        "not held: compare the shares linked first.",
    ),
    "people": (
        "A person is on record when the police had recorded them as a suspect before the first referral. Without dates "
        "only a person whose every incident is missing is found, so that losses of a part hardly show.",
    ),
}


def _groups(everybody: pd.DataFrame, two: TwoLists, extract: Extract, by: str, group: str | None) -> pd.Series:
    """The group of everybody on either list, indexed by person."""
    people = sorted({*two.rows["person_id"], *(two.recorded["person_id"] if two.recorded is not None else ())})
    found = audit_groups(everybody, people, extract.cut_off)
    if by not in found:
        known = ", ".join(name for name in TITLES if name in found)
        raise UsageError(f"--by must be an attribute that the extract records: {known}; got {by!r}.")
    named = sorted(set(found[by]) - {NOT_STATED})
    if group is not None and group not in named:
        raise UsageError(f"--group must be a group of {by}: {', '.join(named)}; got {group!r}.")
    return pd.Series(found[by].to_numpy(), index=people)


def _compared(
    two: TwoLists, groups: pd.Series, named: str | None, *, permutations: int, seed: int
) -> tuple[GroupRecordingFacts, ...]:
    of = groups[two.rows["person_id"]].to_numpy()
    stated = of != NOT_STATED
    rows, of = two.rows[stated], of[stated]
    held, known = (rows[name].to_numpy(dtype=np.float64) for name in ("held", "known"))
    asked = [named] if named is not None else sorted(set(of))
    designs: dict[str, Design] = {}
    shares: dict[str, ShareHeld] = {}
    for group in asked:
        inside = of == group
        if min(inside.sum(), (~inside).sum()) >= FEWEST:
            designs[group] = Design.of(held, known, inside)
            shares[group] = compare_shares(held, known, inside, permutations=permutations, seed=seed)
    adjusted = dict(zip(shares, holm([share.p_value for share in shares.values()]), strict=True)) if shares else {}
    linked = rows["person_id"].isin(two.linked).to_numpy()
    facts = []
    for group in asked:
        inside = of == group
        counted = {
            "group": group, "people": int(inside.sum()), "linked": int((linked & inside).sum()),
            "known": round(known[inside].sum()), "held": round(held[inside].sum()),
            "share": _share(held, known, inside), "others": _share(held, known, ~inside),
        }  # fmt: skip
        if group not in shares:
            text = (
                f"{group}: not enough evidence; at least {FEWEST} referred people are needed in the group and outside."
            )
            nothing = Estimate(value=None)
            facts.append(GroupRecordingFacts(**counted, ratio=nothing, verdict=Verdict.NOT_ENOUGH, text=text))
            continue
        recorded = _recorded(two, groups, group)
        facts.append(
            GroupRecordingFacts(
                **counted, **_judged(group, shares[group], designs[group], adjusted[group]), recorded=recorded,
                estimated=_recaptured(recorded, counted["share"]),
            )
        )  # fmt: skip
    return tuple(facts)


def _judged(group: str, share: ShareHeld, design: Design, adjusted: float) -> dict[str, object]:
    """The verdict of one comparison, beside what it could have found."""
    smallest = smallest_loss(design)
    if adjusted < LEVEL:
        verdict = Verdict.DISPARITY
        text = (
            f"{group}: disparity. The police held {share.share:.0%} of what partners know, against {share.others:.0%} "
            "among others; that is less than chance explains."
        )
    elif smallest is None or smallest > LARGEST_UNNOTICED:
        verdict = Verdict.NOT_ENOUGH
        text = f"{group}: not enough evidence; even if half as much were held, that would often go unnoticed."
    else:
        verdict = Verdict.NO_DISPARITY
        text = (
            f"{group}: no disparity found; {smallest:.0%} less held than among others would have been found four times "
            "in five."
        )
    return {
        "power": tuple(PowerFacts(loss=loss, power=power(design, loss)) for loss in LOSSES),
        "smallest_loss": smallest,
        "ratio": Estimate(value=finite(share.ratio), low=finite(share.ratio_low), high=finite(share.ratio_high)),
        "p_value": share.p_value,
        "p_adjusted": adjusted,
        "cancelling_odds": finite(share.cancelling_odds),
        "verdict": verdict,
        "text": text,
    }


def _share(held: Floats, known: Floats, who: Bools) -> Estimate:
    """A share with Wilson's interval, over as many independent incidents as these are worth."""
    total = float(known[who].sum())
    if not total:
        return Estimate(value=None)
    design = Design.of(held, known, who)
    share = float(held[who].sum()) / total
    low, high = wilson(share * design.group, design.group)
    return Estimate(value=share, low=low, high=high)


def _recorded(two: TwoLists, groups: pd.Series, group: str) -> int | None:
    if two.recorded is None:
        return None
    return int(two.recorded["recorded"][(groups[two.recorded["person_id"]] == group).to_numpy()].sum())


def _recaptured(recorded: int | None, share: Estimate) -> Estimate | None:
    """All incidents by capture and recapture: those on record, over the share of a second list that is on record.

    The estimator of Petersen and Lincoln; it needs the two lists to be independent within the group.
    """
    if recorded is None or not share.value or not share.low or not share.high:
        return None
    return Estimate(value=recorded / share.value, low=recorded / share.high, high=recorded / share.low)
