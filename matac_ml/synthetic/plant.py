"""What can be planted in a made-up force: one known fault each, so that a check can be shown to find it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from matac_ml.errors import UsageError

#: Share of a group's incidents that never reach the record, by strength of :attr:`Plant.under_recording`.
UNDER_RECORDING = {"weak": 0.10, "medium": 0.25, "strong": 0.50}


#: What may begin on a day, for a watch to find.
CHANGES = ("practice", "migration", "offence_code", "group", "base_rate")
#: Of what it concerns, and how many weeks before the cut-off it begins, unless a plant says otherwise.
CHANGE_SHARE, CHANGE_WEEKS = 0.5, 26

#: What is planted by a number, and of which type.
_NUMBERS: dict[str, type[int] | type[float]] = {
    "recording": float, "drift": float, "referrals": int, "dependence": float, "failed_linkage": float,
    "growth": float, "season": float,
}  # fmt: skip


def _number(text: str, kind: type[int] | type[float]) -> int | float | None:
    """The number that a text is; None where it is none, or none that can be counted with."""
    try:
        found = kind(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _change(details: Sequence[str]) -> dict[str, str | int | float] | None:
    """What begins, its share and its weeks, as far as they are given; None where one of them is no number."""
    share = _number(details[1], float) if len(details) > 1 else CHANGE_SHARE
    weeks = _number(details[2], int) if len(details) > 2 else CHANGE_WEEKS
    if share is None or weeks is None:
        return None
    return {"change": details[0], "change_share": share, "change_weeks": weeks}


@dataclass(frozen=True, slots=True)
class Plant:
    """Switches that change one thing each; the default plants nothing.

    Parameters
    ----------
    escalation : bool
        For 15 % of suspects the injury rises from incident to incident, and an incident more serious than the one
        before it raises the hazard. Nobody's severity has a trend otherwise.
    under_recording : str, optional
        ``"weak"``, ``"medium"`` or ``"strong"``: 10, 25 or 50 % of the incidents of the suspects of one group happen
        and are never recorded. The group's true hazard is nobody else's; its record is thinner.
    under_recorded_group : str
        First letter of the self-defined ethnicity codes of that group: ``W``, ``M``, ``A``, ``B`` or ``O``.
    counter_allegations : bool
        In 30 % of the incidents of repeated pairs the primary aggressor makes a counter-allegation: the victim is also
        recorded as a suspect, and the aggressor as a victim. Rows are added; none is changed.
    late_recording : bool
        A quarter of incidents reach the record 30 to 180 days after they happened. Nothing else changes.
    leak : bool
        ``dash_grade`` is overwritten with hindsight: ``high`` where the suspect has another incident recorded within
        the following year. A model that uses the grade then looks better than anybody can be.

    recording : float
        Share of all incidents that reach the record, above 0 to 1; it varies from suspect to suspect, with an
        intraclass correlation of .3. Only the rest of what happened is known to the truth and to partners.
    drift : float
        Share of everybody's incidents of the last 500 days that reach the record, above 0 to 1: recording changed, and
        what was learnt earlier predicts too much.
    referrals : int, optional
        Suspects whom partners refer, instead of 1.5 % of them.
    dependence : float
        Odds with which partners know an incident of that group if it was recorded, beside one that was not.
    failed_linkage : float
        Share of that group's referrals, 0 to 1, under an identity that is not linked with the person's records.
    change : str, optional
        What begins ``change_weeks`` weeks before the cut-off, one of :data:`CHANGES`: a share of incidents that are no
        crimes is no longer recorded (``practice``), a share of records comes without grade and injury (``migration``),
        a share of common assaults comes under a code never used before (``offence_code``), a share of the incidents of
        ``under_recorded_group`` is not recorded (``group``), or a share of everybody's later incidents
        (``base_rate``).
    change_share : float
        That share, above 0 to 1.
    change_weeks : int
        Weeks from the beginning of the change to the cut-off.
    growth : float
        By how much recording grows in a year, 0 to 1: earlier incidents are left out of the record at random.
    season : float
        How far the year swings, 0 to below 1, highest in July; the same share is lost from Monday to Friday.

    Raises
    ------
    UsageError
        For a strength or a group that does not exist, or a number out of its range.
    """

    escalation: bool = False
    under_recording: str | None = None
    under_recorded_group: str = "B"
    counter_allegations: bool = False
    late_recording: bool = False
    leak: bool = False
    recording: float = 1.0
    drift: float = 1.0
    referrals: int | None = None
    dependence: float = 1.0
    failed_linkage: float = 0.0
    change: str | None = None
    change_share: float = CHANGE_SHARE
    change_weeks: int = CHANGE_WEEKS
    growth: float = 0.0
    season: float = 0.0

    def __post_init__(self) -> None:
        faults = []
        if self.under_recording is not None and self.under_recording not in UNDER_RECORDING:
            faults.append(f"under_recording must be one of {', '.join(UNDER_RECORDING)}, got {self.under_recording!r}")
        if self.under_recorded_group not in tuple("WMABO"):
            faults.append(f"under_recorded_group must be one of W, M, A, B, O, got {self.under_recorded_group!r}")
        if self.change is not None and self.change not in CHANGES:
            faults.append(f"change must be one of {', '.join(CHANGES)}, got {self.change!r}")
        ranges = {
            "change_share": (0 < self.change_share <= 1, "above 0 and at most 1"),
            "change_weeks": (self.change_weeks > 0, "at least 1"),
            "growth": (0 <= self.growth <= 1, "from 0 to 1"),
            "season": (0 <= self.season < 1, "from 0 to below 1"),
            "recording": (0 < self.recording <= 1, "above 0 and at most 1"),
            "drift": (0 < self.drift <= 1, "above 0 and at most 1"),
            "referrals": (self.referrals is None or self.referrals > 0, "at least 1"),
            "dependence": (0 < self.dependence < 1000, "above 0 and below 1,000"),
            "failed_linkage": (0 <= self.failed_linkage <= 1, "from 0 to 1"),
        }
        faults += [f"{name} must be {rule}, got {getattr(self, name)}" for name, (ok, rule) in ranges.items() if not ok]
        if faults:
            raise UsageError("The plant is not valid.", faults=faults)

    @property
    def unrecorded_share(self) -> float:
        """Share of the group's incidents that are never recorded; 0 when nothing is planted."""
        return UNDER_RECORDING[self.under_recording] if self.under_recording else 0.0

    @classmethod
    def from_words(cls, words: Iterable[str]) -> "Plant":
        """Read ``escalation``, ``under_recording:strong``, ``under_recording:strong:A``, ``leak`` and so on.

        Raises
        ------
        UsageError
            Naming every word that plants nothing.
        """
        switches = {field.name for field in fields(cls) if field.type is bool}
        values: dict[str, bool | str | int | float] = {}
        faults = []
        for word in words:
            name, *details = word.replace("-", "_").split(":")
            if name == "under_recording" and len(details) <= 2:
                values["under_recording"] = details[0] if details else "medium"
                values["under_recorded_group"] = details[1] if len(details) == 2 else "B"
            elif name == "change" and 1 <= len(details) <= 3 and (change := _change(details)) is not None:
                values |= change
            elif name in switches and not details:
                values[name] = True
            elif name in _NUMBERS and len(details) == 1 and (number := _number(details[0], _NUMBERS[name])) is not None:
                values[name] = number
            else:
                faults.append(f"{word!r} plants nothing")
        if faults:
            known = ", ".join(sorted(switches)) + ", under_recording[:weak|medium|strong[:W|M|A|B|O]], "
            known += f"change:{'|'.join(CHANGES)}[:SHARE[:WEEKS]], "
            known += ", ".join(f"{name}:NUMBER" for name in _NUMBERS)
            raise UsageError(f"A plant must be one of {known}.", faults=faults)
        return cls(**values)  # type: ignore[arg-type]
