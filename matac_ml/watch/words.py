"""What a look says: one line for each alarm, and the screen of the command."""

from collections.abc import Iterator
from datetime import date, timedelta

from matac_ml.fairness.disclosure import MARK
from matac_ml.incident_register import Step
from matac_ml.practice import CYCLE_DAYS
from matac_ml.watch.findings import CheckFound, CheckStanding, LookFound
from matac_ml.watch.settings import PARTS
from matac_ml.wording import count, day

#: What an alarm proposes, as a reader is told.
PROPOSALS = {
    Step.NOTE: "note it",
    Step.REVIEW: "look into it",
    Step.CORRECT: "correct the records or settings",
    Step.RETRAIN: "train the model again",
    Step.REFER: "refer it to the ethics committee",
    Step.MATRIX_ONLY: "decide whether to turn the model off",
}
_MOST_LINES = 12


def cycle_began(found: LookFound, cycle: int) -> date:
    """The first day of a cycle of a look."""
    return found.begun + timedelta(days=CYCLE_DAYS * cycle)


def alarm_sentence(check: CheckFound, found: LookFound) -> str:
    """What an alarm says, for the register."""
    began = day(cycle_began(found, check.alarmed_in or 0))
    return (
        f"The watch raised an alarm: {check.title}, {check.direction} than expected, "
        f"seen in the four weeks from {began}. Proposed: {PROPOSALS[check.action]}. "
        "A person decides; nobody on the records is acted on because of an alarm."
    )


def strongest(found: LookFound, standing: CheckStanding) -> list[CheckFound]:
    """The checks with this standing, the strongest evidence first."""
    those = [check for check in found.checks if check.standing is standing]
    return sorted(those, key=lambda check: -max(check.evidence, default=0.0))


def screen(found: LookFound) -> Iterator[str]:
    """One screen: what was looked at, what was found, which action, and what could have been found."""
    cycles = len(found.checks[0].evidence) if found.checks else 0
    yield f"Watched: records from {found.begun} to {found.until}, {count(cycles, 'cycle')} of four weeks."
    yield f"Settings: {found.settings_name}; any false alarm in a year of watching: at most {found.budget:.1%}."
    for part, title in PARTS.items():
        of_part = [check for check in found.checks if check.part == part]
        judged = [check for check in of_part if check.standing is not CheckStanding.NOT_JUDGED]
        raised = sum(check.standing is CheckStanding.ALARM for check in of_part)
        yield f"  {title}: {count(len(judged), 'check')}, {count(raised, 'alarm')}{_could_find(judged)}"
    yield ""
    alarms = strongest(found, CheckStanding.ALARM)
    if not alarms:
        yield "No alarm. That is no proof that nothing changed: see above for what could have been found."
    for check in alarms[:_MOST_LINES]:
        began = cycle_began(found, check.alarmed_in or 0)
        yield f"ALARM {check.title}: {check.direction} than expected, from the cycle of {began}."
        yield f"  newest two cycles: {check.seen} seen, {check.expected} expected. Proposed: {PROPOSALS[check.action]}."
    if len(alarms) > _MOST_LINES:
        yield f"and {len(alarms) - _MOST_LINES} more"
    if any(MARK in (check.seen, check.expected) for check in alarms):
        yield f"{MARK} stands for a number that is too small to show."
    for check in strongest(found, CheckStanding.NOTED)[:_MOST_LINES]:
        yield f"Noted, no alarm: {check.title}, {check.direction} than expected."


def _could_find(judged: list[CheckFound]) -> str:
    """The size of change that half of the checks would find, and that all would."""
    falls = sorted(check.would_find[0] or 1.01 for check in judged)
    if not falls:
        return ""
    middle = falls[len(falls) // 2]
    blind = sum(fall > 1 for fall in falls)
    said = f"; half would find a fall of {middle:.0%} within two cycles" if middle <= 1 else "; most could find no fall"
    return said + (f", and {blind} could find none" if blind else "")
