"""A list and one person's points, as text for a terminal: what a person must know first comes first."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import typer

from matac_ml.api.explanation import IncidentLine
from matac_ml.asof import PersonFile, PersonView, evidence, person_features
from matac_ml.asof.weights import HarmTable
from matac_ml.cli.check_first import say_check_first
from matac_ml.explain.incident_table import incident_lines
from matac_ml.explain.not_scored import what_to_do
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract
from matac_ml.rfg import Policy, points_sheet
from matac_ml.rfg.lists import ON, Listed
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.reviewing import little_harm_many_victims
from matac_ml.serial import Registers
from matac_ml.wording import relationship

_NOBODY = "An order of records. It nominates nobody; a person decides."
#: More people than this who are equal at the last place are counted and not printed.
_MOST_TIED = 200


def say_list(found: Listed, both: Registers, day: date, *, records: Extract) -> None:
    """Print the first places of a list, with everybody who is equal at the last place.

    Parameters
    ----------
    found : Listed
    both : Registers
        By the policy's serial rule, as of the same day.
    records : Extract
        Knows which identities may stand for nobody or for many people.
    """
    policy, head = found.policy, found.first()
    many = int(found.line.tied.sum())
    if many > _MOST_TIED:
        head = head[head["standing"] == ON]
    serial = {member.person_id for member in both.perpetrators}
    typer.echo(_heading(policy, day))
    if found.frame.empty:
        typer.echo(
            "\nNobody is ranked: nobody eligible has an incident as suspect in the window. Check the records and the"
        )
        typer.echo("policy's eligibility; an empty list says nothing about anybody's safety.")
        return
    _say_first(int(head["also_victim"].sum()), sorted(set(head["person_id"]) & set(both.on_both)))
    say_check_first(records, head["person_id"])
    names = [name.value for name in policy.components]
    typer.echo(f"\n{'rank':>5}  {'person':<16}{'victim too':<12}{'serial':<8}{'total':>6}" + _columns(names))
    shared = found.frame["rank"].value_counts()
    for row in head.to_dict("records"):
        rank = f"{row['rank']}{'=' if shared[row['rank']] > 1 else ' '}"
        flags = f"{'YES' if row['also_victim'] else '':<12}{'yes' if row['person_id'] in serial else '':<8}"
        points = _columns([row[f"points_{name}"] for name in names])
        typer.echo(f"{rank:>5}  {row['person_id']:<16}{flags}{row['total']:>6}{points}")
    _say_tie(found)
    typer.echo(
        f"{len(set(head['person_id']) & serial)} of them are on the register of serial perpetrators ({both.rule.name})."
    )
    if many <= _MOST_TIED and (low := little_harm_many_victims(found)) is not None:
        typer.echo(f"{low} of them are recorded for little harm against two or more victims.")
    typer.echo(_NOBODY)


def _heading(policy: Policy, day: date) -> str:
    return f"Policy {policy.name} {policy.version} ({policy.sha256[:12]}), as of {day}\n{policy.label}"


def _columns(cells: list[object] | list[str]) -> str:
    return "".join(f"{cell:>11}" for cell in cells)


def _say_first(victims: int, on_both: list[str]) -> None:
    if victims:
        said = f"{victims} of this list are also recorded as victims. Review their safety before anything else."
        typer.echo(f"\nREAD FIRST: {said}")
    if on_both:
        typer.echo(f"On both serial registers: {', '.join(on_both)}.")


def _say_tie(found: Listed) -> None:
    """Who is equal at the last place: the list does not say which of them holds it."""
    tied = found.frame[found.line.tied]
    if tied.empty:
        return
    same = f" and the same {', '.join(found.policy.ties)}" if found.policy.ties else ""
    places = f"{found.line.places_left} place{'s' if found.line.places_left > 1 else ''}"
    points = f"{tied['total'].iloc[0]} points{same}"
    typer.echo(f"\n{len(tied):,} people are equal for the last {places} of {found.k}, with {points}.")
    if len(tied) > _MOST_TIED:
        typer.echo("They are too many to print; --out writes everybody. The policy puts none of them before another.")
    else:
        typer.echo("All of them are shown. The policy puts none of them before another; a person decides.")


def say_person(policy: Policy, person: PersonFile, day: date) -> None:
    """Print one person's points line by line, the incidents behind each line, and the sum."""
    view = PersonView(person, day, harm=HarmTable(policy.harm_index))
    recorded = incident_lines(view, policy.harm_index)
    if not view.is_suspect:
        _say_not_scored(person.person_id, recorded, day)
        return
    back = max(LOOKBACK_DAYS, policy.entry.window_days)
    values = person_features(person, policy.features, day, harm=policy.harm_index, lookback_days=back)
    sheet = points_sheet(policy, values)
    typer.echo(
        f"{person.person_id}. {_heading(policy, day)}\nHarm index {policy.harm_index.name} {policy.harm_index.version}."
    )
    _say_dual_role([incident for incident in recorded if incident.role == "victim"])
    declared = {feature.name: feature for feature in policy.features}
    incidents = {incident.incident_id: incident for incident in reversed(recorded) if incident.role != "victim"}
    for line in sheet.lines:
        typer.echo(f"\n{line.points:>5}  {line.wording}: {line.value_text} ({line.band})")
        behind = {
            item.incident_id
            for name in line.measured_by
            for item in evidence(person, declared[name], day, harm=policy.harm_index, lookback_days=back)
        }
        shown = [incident for key, incident in incidents.items() if key in behind]
        if line.component is ComponentName.VICTIMS:
            _say_victims(shown)
            continue
        for incident in shown:
            days = f", {_days(incident)}" if line.component is ComponentName.GRAVITY else ""
            typer.echo(f"         {_incident(incident)}{days}")
    sums = " + ".join(str(line.points) for line in sheet.lines)
    typer.echo(f"\n{sums} = {sheet.total} points ({sheet.band}).\n{_NOBODY}")


def _say_not_scored(person_id: str, lines: Sequence[IncidentLine], day: date) -> None:
    """Say what is recorded about a person who is a suspect in no incident, and what to do. There are no points."""
    if not lines:
        typer.echo(f"{person_id}. Before {day} no incident is recorded with this person as suspect or as victim.")
    else:
        typer.echo(f"{person_id}. Recorded only as a victim, as of {day}: there are no points.")
    _say_incidents_as_victim(lines)
    for step in what_to_do(victim=bool(lines)):
        typer.echo(f"- {step}")


def _say_dual_role(lines: list[IncidentLine]) -> None:
    """Every incident in which the person is the victim, and who is suspected of it."""
    if lines:
        typer.echo("\nREAD FIRST: also recorded as a victim.")
    _say_incidents_as_victim(lines)


def _say_incidents_as_victim(lines: Iterable[IncidentLine]) -> None:
    for line in lines:
        named = [f"{who.person_id}{' (recorded against each other)' if who.each_other else ''}" for who in line.others]
        typer.echo(f"         {_incident(line)}; suspected: {', '.join(named) or 'nobody recorded'}")


def _incident(line: IncidentLine) -> str:
    """When it happened and became known, and what it was classified as on the day."""
    late = "" if line.occurred_on == line.recorded_on else f", recorded {line.recorded_on}"
    what = line.offence_code or "no offence code" if line.is_crime else "not a crime"
    since = "" if line.reclassified_on is None else f", reclassified {line.reclassified_on}"
    noted = "".join(f", {words}" for words in line.noted)
    return f"{line.incident_id}  happened {line.occurred_on}{late}  {what}{since}{noted}"


def _say_victims(shown: list[IncidentLine]) -> None:
    """Each victim with the relationship and the incidents, so that the count can be checked."""
    victims: dict[str, tuple[set[str], list[str]]] = {}
    for line in shown:
        for victim in line.others:
            related, listed = victims.setdefault(victim.person_id, (set(), []))
            related.add(relationship(victim.relationship or "relationship not recorded"))
            listed.append(line.incident_id)
    for person_id, (related, listed) in sorted(victims.items()):
        typer.echo(f"         {person_id}  {', '.join(sorted(related))}: {', '.join(sorted(listed))}")


def _days(line: IncidentLine) -> str:
    """Harm of one incident as classified on the day; whole hundredths, so the text of the number is exact."""
    return "harm not known" if line.harm_days is None else f"harm of {Decimal(f'{line.harm_days:.2f}').normalize():,f}"
