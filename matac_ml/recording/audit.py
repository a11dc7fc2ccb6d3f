"""The audit of recording: every group of an attribute beside everybody else, with what it could have found."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from matac_ml.recording.shares import ShareHeld, compare_each
from matac_ml.recording.words import NOTES, SOURCES
from matac_ml.records import Extract

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Fewer referred people than this in a group, or in the rest, and nothing is compared.
FEWEST = 10
#: A comparison that would miss a loss of half a group's incidents says nothing when it finds none.
LARGEST_UNNOTICED = 0.5
#: How many days the two dates of one incident may lie apart, unless somebody says otherwise.
TOLERANCE_DAYS = 3
#: What a run is looked at by: who people are, in few enough groups for each to hold people.
OF_A_RUN = ("sex", "ethnicity", "age", "deprivation", "area")


def recording_audit(
    extract: Extract,
    by: str,
    *,
    group: str | None = None,
    tolerance_days: int = TOLERANCE_DAYS,
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
    people = lists_of_people(extract)
    if people.rows.empty:
        raise UsageError("A recording audit needs referrals by partners; the extract's table of referrals has no rows.")
    found: tuple[RecordingFacts, ...] = ()
    for two in (lists_of_incidents(extract, tolerance_days=tolerance_days), people):
        if len(two.rows):
            groups = _groups(extract, two)
            _check(groups, by, group)
            found += _audited(two, groups, [by], group, permutations=permutations, seed=seed)
    return found


def recording_of_run(
    extract: Extract, by: Sequence[str] = OF_A_RUN, *, group: str | None = None, permutations: int, seed: int
) -> tuple[RecordingFacts, ...]:
    """The same by several attributes, as far as the extract records them, corrected for all of their groups together.

    Returns
    -------
    tuple of RecordingFacts
        By incidents where partners give dates, by people otherwise; empty where they refer nobody.
    """
    two = lists_of_incidents(extract, tolerance_days=TOLERANCE_DAYS)
    if two.rows.empty:
        two = lists_of_people(extract)
    if two.rows.empty:
        return ()
    groups = _groups(extract, two)
    recorded = [name for name in by if name in groups]
    return _audited(two, groups, recorded, group, permutations=permutations, seed=seed)


def _groups(extract: Extract, two: TwoLists) -> pd.DataFrame:
    """The groups of everybody on either list, indexed by person."""
    people = sorted({*two.rows["person_id"], *(two.recorded["person_id"] if two.recorded is not None else ())})
    return audit_groups(extract.people_frame(), people, extract.cut_off)


def _check(groups: pd.DataFrame, by: str, group: str | None) -> None:
    if by not in groups:
        known = ", ".join(name for name in TITLES if name in groups)
        raise UsageError(f"--by must be an attribute that the extract records: {known}; got {by!r}.")
    named = sorted(set(groups[by]) - {NOT_STATED})
    if group is not None and group not in named:
        raise UsageError(f"--group must be a group of {by}: {', '.join(named)}; got {group!r}.")


@dataclass(frozen=True)
class _Referred:
    """Referred people whose group is known, by one attribute."""

    person: pd.Series
    group: npt.NDArray[np.object_]
    held: Floats
    known: Floats

    @classmethod
    def of(cls, two: TwoLists, groups: pd.Series) -> "_Referred":
        of = groups.reindex(two.rows["person_id"]).to_numpy(dtype=object)
        rows, of = two.rows[of != NOT_STATED], of[of != NOT_STATED]
        held, known = (rows[name].to_numpy(dtype=np.float64) for name in ("held", "known"))
        return cls(rows["person_id"], of, held, known)

    def enough(self, group: str) -> bool:
        """Whether there are people enough inside and outside."""
        inside = self.group == group
        return min(int(inside.sum()), int((~inside).sum())) >= FEWEST

    def compared(self, asked: Sequence[str], *, permutations: int, seed: int) -> dict[str, ShareHeld]:
        """Each group that is asked about and has people enough, beside everybody else."""
        names, code = np.unique(self.group.astype(str), return_inverse=True)
        if len(names) < 2:
            return {}
        found = compare_each(
            self.held, self.known, code.astype(np.int64), len(names), permutations=permutations, seed=seed
        )
        shares = dict(zip(names.tolist(), found, strict=True))
        return {group: shares[group] for group in asked if self.enough(group)}


def _audited(
    two: TwoLists, groups: pd.DataFrame, attributes: Sequence[str], named: str | None = None, *,
    permutations: int, seed: int,
) -> tuple[RecordingFacts, ...]:  # fmt: skip
    referred = {by: _Referred.of(two, groups[by]) for by in attributes}
    asked = {by: sorted(set(some.group)) if named is None else [named] for by, some in referred.items()}
    shares = {
        (by, group): share
        for by, some in referred.items()
        for group, share in some.compared(asked[by], permutations=permutations, seed=seed).items()
    }
    adjusted = dict(zip(shares, holm([share.p_value for share in shares.values()]), strict=True)) if shares else {}
    level = LEVEL / max(len(shares), 1)

    def ended(by: str, group: str) -> dict[str, object]:
        if (by, group) not in shares:
            return _not_compared(group)
        return _judged(referred[by], group, shares[by, group], adjusted[by, group], level)

    return tuple(
        RecordingFacts(
            attribute=by, title=TITLES[by], of=two.of, tolerance_days=two.tolerance_days, people=len(two.rows),
            linked=len(two.linked), stated=len(some.group), per_person=int(two.rows["known"].max()),
            compared=len(shares), source=SOURCES[by], notes=NOTES[two.of],
            groups=tuple(_group(two, some, groups[by], group, ended(by, group)) for group in asked[by]),
        )
        for by, some in referred.items()
    )  # fmt: skip


def _group(
    two: TwoLists, referred: _Referred, groups: pd.Series, group: str, ended: dict[str, object]
) -> GroupRecordingFacts:
    """What is counted of one group, and how its comparison ended."""
    inside = referred.group == group
    linked = referred.person.isin(two.linked).to_numpy()
    share = _share(referred, inside)
    recorded = _recorded(two, groups, group)
    return GroupRecordingFacts(
        group=group, people=int(inside.sum()), linked=int((linked & inside).sum()),
        known=round(referred.known[inside].sum()), held=round(referred.held[inside].sum()),
        share=share, others=_share(referred, ~inside), recorded=recorded, estimated=_recaptured(recorded, share),
        **ended,
    )  # fmt: skip


def _not_compared(group: str) -> dict[str, object]:
    text = f"{group}: not enough evidence; at least {FEWEST} referred people are needed in the group and outside."
    return {"ratio": Estimate(value=None), "verdict": Verdict.NOT_ENOUGH, "text": text}


def _judged(referred: _Referred, group: str, share: ShareHeld, adjusted: float, level: float) -> dict[str, object]:
    """The verdict of one comparison, beside what it could have found."""
    design = Design.of(referred.held, referred.known, referred.group == group)
    smallest = smallest_loss(design, level=level)
    if adjusted < LEVEL:
        verdict = Verdict.DISPARITY
        text = (
            f"{group}: disparity. "
            f"The police held {share.share:.0%} of what partners know, against {share.others:.0%} among others; "
            "that is less than chance explains."
        )
    elif smallest is None or smallest > LARGEST_UNNOTICED:
        verdict = Verdict.NOT_ENOUGH
        text = f"{group}: not enough evidence; even if half as much were held, that would often go unnoticed."
    else:
        verdict = Verdict.NO_DISPARITY
        text = (
            f"{group}: no disparity found; "
            f"{smallest:.0%} less held than among others would have been found four times in five."
        )
    return {
        "power": tuple(PowerFacts(loss=loss, power=power(design, loss, level=level)) for loss in LOSSES),
        "smallest_loss": smallest,
        "ratio": Estimate(value=finite(share.ratio), low=finite(share.ratio_low), high=finite(share.ratio_high)),
        "p_value": share.p_value,
        "p_adjusted": adjusted,
        "cancelling_odds": finite(share.cancelling_odds),
        "verdict": verdict,
        "text": text,
    }


def _share(referred: _Referred, who: Bools) -> Estimate:
    """A share with Wilson's interval, over as many independent incidents as these are worth."""
    total = float(referred.known[who].sum())
    if not total:
        return Estimate(value=None)
    design = Design.of(referred.held, referred.known, who)
    share = float(referred.held[who].sum()) / total
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
