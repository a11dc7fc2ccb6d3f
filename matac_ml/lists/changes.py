"""What changed in one person's records between two days: what came, what aged, what was corrected or taken out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from matac_ml.asof import Incident, PersonFile, PersonView
from matac_ml.asof.person import view_features
from matac_ml.casework.listed import DrawnLine
from matac_ml.explain.context import ScoringContext
from matac_ml.lists.known import counted, fingerprint, fingerprints
from matac_ml.rfg import points_sheet
from matac_ml.wording import count, day, joined, span

#: Incidents that a reason names; those beyond are counted.
_NAMED = 4


def changes_between(
    person: PersonFile, then: date, now: date, context: ScoringContext, *, counted_then: DrawnLine | None = None
) -> tuple[str, ...]:
    """Say what changed for a person between two days, by what counts for the policy.

    Parameters
    ----------
    counted_then : DrawnLine, optional
        The person's line on the earlier list: what it counted and the records no longer hold, or hold otherwise,
        was taken out or corrected as of that day.

    Returns
    -------
    tuple of str
        Empty where nothing changed. The last one gives the points that follow.
    """
    views = [PersonView(person, t, harm=context.instruments.harm_table) for t in (then, now)]
    before, after = (counted(view, context.policy) for view in views)
    found = [
        *_retracted(counted_then.records if counted_then else {}, before),
        *_came(before, after, views[0]),
        *_aged(before, after, views[1], context.policy.entry.window_days),
        *_corrected(before, after),
    ]
    points = list(_points(views[0], views[1], context))
    if points and not found:
        found = ["no record came or went; time passed"]
    return (*found, *([f"points: {', '.join(points)}"] if points else []))


def _retracted(kept: Mapping[str, str], before: Mapping[str, Incident]) -> Iterator[str]:
    known = fingerprints(before)
    gone = sorted(kept.keys() - known.keys())
    other = sorted(incident_id for incident_id in kept.keys() & known.keys() if kept[incident_id] != known[incident_id])
    late = sorted(known.keys() - kept.keys()) if kept else []
    for which, what in (
        (gone, "counted by the earlier list, and since taken out of the records"),
        (other, "corrected since, as of a day before the earlier list"),
        (late, "since put into the records as known before the earlier list"),
    ):
        if which:
            yield f"{count(len(which), 'incident')} {what}: {_some(which)}"


def _came(before: Mapping[str, Incident], after: Mapping[str, Incident], earlier: PersonView) -> Iterator[str]:
    known = {incident.incident_id for incident in earlier.as_suspect}
    came = [after[incident_id] for incident_id in after if incident_id not in before.keys() | known]
    if came:
        yield f"{count(len(came), 'incident')} came: {_some(map(_told, came))}"


def _aged(
    before: Mapping[str, Incident], after: Mapping[str, Incident], later: PersonView, window: int
) -> Iterator[str]:
    known = {incident.incident_id for incident in later.as_suspect}
    aged = [incident for incident_id, incident in before.items() if incident_id not in after]
    out = [f"{gone.incident_id} of {day(gone.occurred_on)}" for gone in aged if gone.incident_id in known]
    if out:
        yield f"{count(len(out), 'incident')} {_is(out)} now older than {span(window)}: {_some(out)}"
    others = [gone.incident_id for gone in aged if gone.incident_id not in known]
    if others:
        yield f"{count(len(others), 'incident')} {_is(others)} no longer recorded as this person's: {_some(others)}"


def _corrected(before: Mapping[str, Incident], after: Mapping[str, Incident]) -> Iterator[str]:
    """Incidents known on both days of which something else was known: a reclassification, a victim, an outcome."""
    changed = [
        _correction(before[incident_id], incident)
        for incident_id, incident in after.items()
        if incident_id in before and fingerprint(before[incident_id]) != fingerprint(incident)
    ]
    if changed:
        yield f"{count(len(changed), 'incident')} {_was(changed)} changed: {_some(changed)}"


def _correction(before: Incident, after: Incident) -> str:
    what = []
    if (before.is_crime, before.offence_code) != (after.is_crime, after.offence_code):
        since = f" on {day(after.reclassified_on)}" if after.reclassified_on else ""
        what.append(f"reclassified{since} from {_kind(before)} to {_kind(after)}")
    if more := len({other.person_id for other in after.others} - {other.person_id for other in before.others}):
        what.append(f"{count(more, 'victim')} named")
    if before.values.get("outcome_code") != after.values.get("outcome_code"):
        what.append("an outcome recorded")
    return f"{after.incident_id} ({'; '.join(what) or 'what is known of it'})"


def _points(before: PersonView, after: PersonView, context: ScoringContext) -> Iterator[str]:
    """Components whose points differ between the two days."""
    policy, back = context.policy, context.instruments.lookback_days
    then, now = (
        points_sheet(policy, view_features(view, policy.features, lookback_days=back)) for view in (before, after)
    )
    for old, new in zip(then.lines, now.lines, strict=True):
        if old.points != new.points:
            yield f"{new.component.value} {old.points} to {new.points} ({new.value_text})"


def _told(incident: Incident) -> str:
    late = "" if incident.recorded_on == incident.occurred_on else f", recorded {day(incident.recorded_on)}"
    return f"{incident.incident_id} of {day(incident.occurred_on)}{late}, {_kind(incident)}"


def _kind(incident: Incident) -> str:
    if not incident.is_crime:
        return "not a crime"
    return f"crime {incident.offence_code}" if incident.offence_code else "a crime without an offence code"


def _some(things: Iterable[str]) -> str:
    named = list(things)
    more = len(named) - _NAMED
    return joined([*named[:_NAMED], *([f"{more} more"] if more > 0 else [])])


def _is(things: list[str]) -> str:
    return "is" if len(things) == 1 else "are"


def _was(things: list[str]) -> str:
    return "was" if len(things) == 1 else "were"
