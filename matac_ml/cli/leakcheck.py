"""``matac-ml leakcheck``: show on your own extract that nothing recorded later moves a feature."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from matac_ml.cli.missing import say_missing
from matac_ml.cli.options import HARM_INDEX, ISO, ExtractFolder, FeaturesFile, HarmName, declared_features
from matac_ml.errors import GateError, UsageError
from matac_ml.practice import HORIZON_DAYS

#: Shuffled labels may lie so many standard errors from one half by chance.
_CHANCE = 4.0


def leakcheck(
    extract: ExtractFolder,
    features: FeaturesFile = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=ISO, help="As-of date; half a year before the extract ends when not given."),
    ] = None,
    harm: HarmName = HARM_INDEX,
) -> None:
    """Change what was known later in a copy of an extract, and see whether any feature moves.

    Everything known on or after the date is changed, removed and added to; no feature may move. Labels given out by
    chance must not be predictable. The extract itself is only read.
    """
    import pandas as pd

    from matac_ml.asof import feature_table, outcome_table
    from matac_ml.harm import load_harm_index
    from matac_ml.leakcheck import (
        check_features,
        check_labels,
        check_late_recording,
        check_recording_day,
        growing_columns,
        merged_without_a_day,
        shuffled_auc,
    )
    from matac_ml.records import Extract, read_extract
    from matac_ml.spec import Outcome, OutcomeKind

    records, index, declared = read_extract(extract), load_harm_index(harm), declared_features(features)
    day = as_of.date() if as_of else records.cut_off - timedelta(days=HORIZON_DAYS - 1)
    if day > records.cut_off:
        raise UsageError(f"--as-of must not be after {records.cut_off}, the last day of the extract; got {day}.")
    outcome = Outcome(
        name="after", kind=OutcomeKind.RECORD, horizon_days=HORIZON_DAYS, sentence="Anything is recorded."
    )

    def derive(changed: Extract, when: date) -> pd.DataFrame:
        return feature_table(changed, declared, [when], harm=index).drop(columns="as_of")

    def label(changed: Extract, when: date) -> pd.DataFrame:
        return outcome_table(changed, [outcome], [when], harm=index).drop(columns="as_of")

    typer.echo(f"{len(declared)} features as of {day}")
    rows = derive(records, day)
    if rows.empty:
        typer.echo("Nobody has a visible incident as suspect on that day: nothing was checked. Choose another --as-of.")
        return
    say_missing(rows)
    findings = [*check_features(records, day, derive), check_recording_day(records, day, derive)]
    findings.append(check_late_recording(records, day, derive, growing_columns(declared)))
    findings.append(check_labels(records, day, label))
    for finding in findings:
        typer.echo(f"  {'ok  ' if finding.passed else 'LEAK'}  {finding.text}")
    rows = rows.merge(label(records, day), on="person_id")
    fair = _say_shuffled(shuffled_auc(rows.drop(columns="after"), rows["after"]))
    _say_merged(merged_without_a_day(records))
    failed = [finding.text for finding in findings if not finding.passed]
    if failed or not fair:
        raise GateError("What became known only later changes a feature. Correct its definition.", faults=failed)
    typer.echo("No leak was found by these checks.")


def _say_shuffled(tried: tuple[float, float, float] | None) -> bool:
    """Print how well labels given out by chance are predicted; return whether chance explains it."""
    if tried is None:
        typer.echo("  note  too few people to try labels given out by chance; that check was left out")
        return True
    real, shuffled, error = tried
    fair = abs(shuffled - 0.5) <= _CHANCE * error
    said = f"AUC {real:.3f} with the labels as they are, {shuffled:.3f} with labels given out by chance"
    typer.echo(f"  {'ok  ' if fair else 'LEAK'}  {said}")
    return fair


def _say_merged(undated: int) -> None:
    """Print how many identities are seen as one person on every day."""
    if undated:
        typer.echo(f"  note  {undated:,} merges of identities do not say when they were found out. They hold on every")
        typer.echo("        day, so these people's earlier records may be seen together before anybody knew.")
