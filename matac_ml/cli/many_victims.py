"""``matac-ml list many-victims``: several victims and little harm over a long time, in order of identifier."""

from typing import Annotated

import typer

from matac_ml import clock
from matac_ml.cli.check_first import say_check_first
from matac_ml.cli.options import AsOf, ExtractFolder, PolicyName, as_of_day


def many_victims(
    extract: ExtractFolder,
    policy: PolicyName = "default",
    as_of: AsOf = None,
    area: Annotated[str | None, typer.Option(help="One area; the whole force when not given.")] = None,
) -> None:
    """Print people with several victims and little recorded harm over a long time. They are not ranked."""
    from matac_ml.explain.context import ScoringContext
    from matac_ml.explain.ranking import rank_everybody
    from matac_ml.lists.many_victims import MEANING, many_victims
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy

    records, rules = read_extract(extract), load_policy(policy)
    context = ScoringContext(
        policy=rules,
        harm=rules.harm_index,
        model=None,
        as_of=as_of_day(records, as_of),
        data_as_of=records.cut_off,
        data_hash=records.data_hash,
        today=clock.today(),
    )
    people = many_victims(records, context, rank_everybody(records, context), area=area)
    victims = [person.person_id for person in people if person.also_victim]
    if victims:
        typer.echo(
            f"READ FIRST: also recorded as a victim, so review their safety before anything else: {', '.join(victims)}."
        )
    say_check_first(records, [person.person_id for person in people])
    typer.echo(f"\nAs of {context.as_of}, {area or 'the whole force'}, policy {rules.name} {rules.version}.\n{MEANING}")
    if people:
        typer.echo(f"\n{'person':<16}{'victims':>8}{'incidents':>11}{'harm days':>11}  {'first':<12}{'last':<12}")
    for person in people:
        figures = f"{person.victims:>8}{person.incidents:>11}{person.harm_days:>11,.2f}"
        typer.echo(f"{person.person_id:<16}{figures}  {person.first!s:<12}{person.last!s:<12}")
    typer.echo(f"{len(people)} people, in order of identifier.")
