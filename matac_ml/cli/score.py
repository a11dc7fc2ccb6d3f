"""``matac-ml score``: score everybody in an extract with a bundle, or explain a few people, without a service."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml import clock
from matac_ml.cli.check_first import say_check_first
from matac_ml.cli.missing import say_missing
from matac_ml.cli.options import AsOf, ExtractFolder, as_of_day
from matac_ml.csvfile import frame_text
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole

if TYPE_CHECKING:
    from matac_ml.api.explanation import ExplainedScore, NotScored
    from matac_ml.explain.context import ScoringContext
    from matac_ml.explain.ranking import Ranking
    from matac_ml.records import Extract


def score(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="TABLE.parquet or .csv: everybody. SCORES.json: a few, explained.")],
    bundle: Annotated[Path | None, typer.Option(help="Folder of the bundle; without it the matrix alone.")] = None,
    policy: Annotated[
        str, typer.Option(help="Matrix policy when there is no bundle: a shipped name or a YAML file.")
    ] = "default",
    as_of: AsOf = None,
    person: Annotated[
        list[str] | None, typer.Option(help="JSON only: a person to explain. Give it once for each.")
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=1, max=1000, help="JSON only: the first so many by the matrix, with ties; the policy's capacity."
        ),
    ] = None,
) -> None:
    """Write scores of everybody known as suspect, or explained scores of a few, to OUT.

    A person who is recorded as a suspect in no incident has no score: JSON then holds what is recorded and what to do.

    The numbers are those the service gives on the same extract, bundle and day. Nothing is written to a ledger: a look
    at a person for a meeting belongs in the service, which records it.
    """
    from matac_ml.explain.everybody import score_table
    from matac_ml.explain.ranking import rank_everybody
    from matac_ml.records import read_extract

    if out.suffix not in (".parquet", ".csv", ".json"):
        raise UsageError(f"OUT must end in .parquet, .csv or .json, got {out.suffix or 'no ending'}.")
    records = read_extract(extract)
    context = scoring_context(records, bundle, policy, as_of)
    ranking = rank_everybody(records, context)
    if not ranking.of:
        typer.echo(f"Nobody is eligible by the policy {context.policy.name}, so nobody has a rank.")
    say_missing(ranking.measured())
    if out.suffix == ".json":
        people = person or list(map(str, ranking.first(top or context.policy.capacity).people["person_id"]))
        scores = explained_scores(records, context, ranking, people)
        say_check_first(records, [explained.person_id for explained in scores])
        with write_whole(out) as path:
            rows = ",\n".join(explained.model_dump_json() for explained in scores)
            path.write_text(f"[{rows}]\n", encoding="utf-8")
        typer.echo(_said(scores, context.as_of, out))
        return
    table = score_table(ranking, records.doubtful())
    say_check_first(records, table["person_id"])
    with write_whole(out) as path:
        if out.suffix == ".csv":
            path.write_text(frame_text(table), encoding="utf-8")
        else:
            table.to_parquet(path, index=False)
    typer.echo(f"{len(table):,} people scored as of {context.as_of} are in {out}.")


def scoring_context(extract: "Extract", bundle: Path | None, policy: str, as_of: datetime | None) -> "ScoringContext":
    from matac_ml.bundle import load_bundle
    from matac_ml.explain.context import ScoringContext
    from matac_ml.rfg import load_policy

    model = load_bundle(bundle) if bundle is not None else None
    rules = model.policy if model is not None else load_policy(policy)
    return ScoringContext(
        policy=rules,
        harm=model.harm if model is not None else rules.harm_index,
        model=model,
        as_of=as_of_day(extract, as_of),
        data_as_of=extract.cut_off,
        data_hash=extract.data_hash,
        today=clock.today(),
        matrix_only="" if model is not None else "no bundle is loaded.",
    )


def explained_scores(
    extract: "Extract", context: "ScoringContext", ranking: "Ranking", people: list[str]
) -> "tuple[ExplainedScore | NotScored, ...]":
    from matac_ml.asof import read_people, read_person
    from matac_ml.explain.everybody import explain_ranked

    files = read_people(extract, people)
    known = [(name, files[name] if name in files else read_person(extract, name)) for name in people]
    return explain_ranked(known, context, ranking, extract.doubtful())


def _said(scores: "tuple[ExplainedScore | NotScored, ...]", as_of: date, out: Path) -> str:
    from matac_ml.api.explanation import NotScored
    from matac_ml.wording import count

    unscored = sum(isinstance(score, NotScored) for score in scores)
    said = f"{count(len(scores) - unscored, 'explained score')}, as of {as_of}: {out}."
    if not unscored:
        return said
    people = "1 person is" if unscored == 1 else f"{unscored} people are"
    return f"{said} {people} recorded as a suspect in no incident and not scored; the file says what to do."
