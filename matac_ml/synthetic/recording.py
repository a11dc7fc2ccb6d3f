"""How what happened reaches the record: when, as what, with which details. Everything a plant of recording changes."""

from dataclasses import dataclass

import numpy as np

from matac_ml.synthetic.process import Bools, Floats, Histories, Ints

#: Delay from occurring to being recorded, in days: upper bounds of each part, and its share.
_DELAYS = ((0, 0, 0.82), (1, 1, 0.11), (2, 14, 0.05), (15, 180, 0.02))
_LATE_DELAYS = ((0, 0, 0.60), (1, 1, 0.10), (2, 14, 0.05), (30, 180, 0.25))

INJURIES = ("none", "minor", "serious")
BREACHES = ("nmo", "ro", "dvpo", "dapo", "bail")
GRADES = ("standard", "medium", "high")
REPORTERS = ("victim", "third_party", "officer", "online")
_REPORTER_SHARE = np.array([0.66, 0.22, 0.07, 0.05])

#: Home Office codes by what happened, each with its share. Codes from the Home Office counting rules' offence list.
_NO_INJURY = (("10501", 0.44), ("12512", 0.20), ("00867", 0.07), ("00872", 0.08), ("14900", 0.12), ("00301", 0.05),
              ("12509", 0.04))  # fmt: skip
_STALKING = (("19512", 0.55), ("00866", 0.35), ("00865", 0.10))
_MINOR = (("00806", 1.0),)
_STRANGLED = (("00877", 1.0),)
_SERIOUS = (("00801", 0.55), ("00501", 0.42), ("00200", 0.03))
_BREACH = (("06639", 0.55), ("00831", 0.45))
_TABLES = (_NO_INJURY, _STALKING, _MINOR, _STRANGLED, _SERIOUS, _BREACH)
#: Last, so that it moves no other: a code that is in no record unless its first use is planted.
NEW_OFFENCE = "10508"
OFFENCES = (*sorted({code for table in _TABLES for code, _ in table}), NEW_OFFENCE)


@dataclass(frozen=True, slots=True)
class Details:
    """What the record says of each incident; ``-1`` stands for nothing recorded. Days count from the first day."""

    offence: Ints
    injury: Ints
    breach: Ints
    grade: Ints
    reporter: Ints
    outcome: Ints
    outcome_day: Ints
    weapon: Bools
    strangulation: Bools
    alcohol: Bools
    drugs: Bools
    children: Bools
    honour: Bools
    stalking: Bools
    proactive: Bools
    reclassified_day: Ints
    reclassified_crime: Bools


def delays(u: Floats, *, late: bool) -> Ints:
    """Days from occurring to being recorded for uniform draws ``u``."""
    out = np.zeros(len(u), np.int64)
    low = 0.0
    for first, last, share in _LATE_DELAYS if late else _DELAYS:
        inside = (u >= low) & (u < low + share)
        spread = (u[inside] - low) / share
        out[inside] = first + np.minimum((spread * (last - first + 1)).astype(np.int64), last - first)
        low += share
    return out


def recorded_within(days: Floats, *, late: bool) -> Floats:
    """Probability that a delay is less than ``days``: 0 for 0 days, by the same shares as :func:`delays`."""
    total = np.zeros_like(days)
    for first, last, share in _LATE_DELAYS if late else _DELAYS:
        total += share * np.clip((np.ceil(days) - first) / (last - first + 1), 0.0, 1.0)
    return total


def _codes(rng: np.random.Generator, count: int, table: tuple[tuple[str, float], ...]) -> Ints:
    numbers = np.array([OFFENCES.index(code) for code, _ in table])
    return rng.choice(numbers, size=count, p=[share for _, share in table])


def record_details(
    rng: np.random.Generator, histories: Histories, *, recorded: Ints, last_day: int, intimate: Bools, children: float
) -> Details:
    """Draw what the record holds of each incident, given its severity. Independent of anything that happens later.

    Parameters
    ----------
    recorded : ndarray of shape (incidents,)
        Day of recording.
    last_day : int
        Day of the cut-off: an outcome or a reclassification after it is not known yet.
    intimate : ndarray of shape (incidents,)
        Whether the victim is a partner or former partner.
    children : float
        Share of incidents with children present.
    """
    n, severity = len(recorded), histories.severity
    crime = severity > 0
    strangulation = (severity == 2) & intimate & (rng.random(n) < 0.10)
    stalking = (severity == 1) & intimate & (rng.random(n) < 0.07)
    kinds = [histories.breach & (severity == 1), severity == 3, strangulation, severity == 2, stalking, severity == 1]
    tables = (_BREACH, _SERIOUS, _STRANGLED, _MINOR, _STALKING, _NO_INJURY)
    offence = np.select(kinds, [_codes(rng, n, table) for table in tables], -1)
    breach = np.where(histories.breach, rng.choice(5, size=n, p=[0.38, 0.27, 0.10, 0.05, 0.20]), -1)
    grade = np.where(rng.random(n) < 0.93, rng.choice(3, size=n, p=[0.68, 0.22, 0.10]), -1)
    outcome, outcome_day = _outcomes(rng, crime, severity, recorded=recorded, last_day=last_day)
    change = rng.random(n) < np.where(crime, 0.025, 0.03)
    changed_day = recorded + 1 + (rng.exponential(25.0, n)).astype(np.int64)
    change &= changed_day <= last_day
    return Details(
        offence=offence,
        injury=np.select([severity == 3, severity == 2], [2, 1], np.where(rng.random(n) < 0.9, 0, -1)),
        breach=breach,
        grade=grade,
        reporter=rng.choice(4, size=n, p=_REPORTER_SHARE),
        outcome=outcome,
        outcome_day=outcome_day,
        weapon=rng.random(n) < np.array([0.002, 0.02, 0.07, 0.30])[severity],
        strangulation=strangulation,
        alcohol=rng.random(n) < 0.34,
        drugs=rng.random(n) < 0.11,
        children=rng.random(n) < children,
        honour=rng.random(n) < 0.004,
        stalking=stalking,
        proactive=rng.random(n) < 0.015,
        reclassified_day=np.where(change, changed_day, -1),
        reclassified_crime=~crime,
    )


def _outcomes(
    rng: np.random.Generator, crime: Bools, severity: Ints, *, recorded: Ints, last_day: int
) -> tuple[Ints, Ints]:
    """Outcome code and day for crimes: 0 while none is known at the cut-off, ``-1`` for what is not a crime."""
    n = len(crime)
    kinds = np.array([1, 3, 8, 10, 14, 15, 16, 18, 20, 21, 22])
    plain = np.array([0.060, 0.020, 0.010, 0.010, 0.030, 0.270, 0.540, 0.020, 0.005, 0.020, 0.015])
    grave = np.array([0.240, 0.010, 0.002, 0.008, 0.030, 0.270, 0.390, 0.020, 0.005, 0.015, 0.010])
    drawn = np.where(severity >= 2, rng.choice(kinds, size=n, p=grave), rng.choice(kinds, size=n, p=plain))
    day = recorded + rng.lognormal(3.4, 1.0, n).astype(np.int64)
    known = day <= last_day
    code = np.where(crime, np.where(known, drawn, 0), -1)
    return code, np.where(crime & known, day, -1)
