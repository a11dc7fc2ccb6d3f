"""One look of a watch: every check of an extract, from the day on which the watch began."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from matac_ml.bundle import RiskModel
from matac_ml.casework.entry import Entry
from matac_ml.errors import UsageError
from matac_ml.records import Extract
from matac_ml.watch.counting import Weeks, count_records
from matac_ml.watch.findings import CheckFound, LookFound
from matac_ml.watch.judged import count_judgements
from matac_ml.watch.judging import HowJudged, judge, series_of, usual_spread
from matac_ml.watch.scored import MOST_BEFORE, count_scored
from matac_ml.watch.series import FEWEST_WEEKS, GAP
from matac_ml.watch.settings import PARTS, WatchSettings

#: Weeks of records before the first that is judged: the averaged ones, and those left out.
FEWEST_BEFORE = FEWEST_WEEKS + GAP
#: Weeks that a first look judges unless somebody says from when: a year.
USUAL_WEEKS = 52


def first_monday(extract: Extract, asked: date | None) -> date:
    """The Monday on which a watch begins: the one asked for or before it, a year before the newest week otherwise.

    Raises
    ------
    UsageError
        Too few weeks lie before it, or none after it.
    """
    weeks = Weeks.of(extract)
    begin = weeks.place(asked) if asked else max(FEWEST_BEFORE, weeks.number - USUAL_WEEKS)
    if begin < FEWEST_BEFORE or begin >= weeks.number:
        raise UsageError(
            "A watch needs records before the day on which it begins, and after it.",
            faults=[
                f"the extract holds {max(weeks.number, 0)} whole weeks, {max(begin, 0)} of them before that day; "
                f"at least {FEWEST_BEFORE} before it and one after it are needed"
            ],
        )
    return weeks.monday(begin)


def look(
    extract: Extract,
    settings: WatchSettings,
    *,
    begun: date,
    restarted: Mapping[str, date] | None = None,
    model: RiskModel | None = None,
    judged: Iterable[Entry] = (),
) -> LookFound:
    """Judge every week since the watch began.

    Everything is worked out anew from the extract, so a look can be repeated from the same files at any time.

    Parameters
    ----------
    begun : date
        A Monday, from :func:`first_monday`.
    restarted : mapping of check to date, optional
        From when a check holds no earlier bets: the incident of its last alarm was closed on that day.
    model : RiskModel, optional
        Whose inputs, scores and outcomes are looked at too.
    judged : iterable of Entry, optional
        Entries of the ledger of the kinds :data:`~matac_ml.watch.judged.JUDGED`.
    """
    weeks = Weeks.of(extract)
    judged_from = weeks.place(begun)
    kinds = list(count_records(extract, weeks, judged_from=judged_from))
    until = weeks.monday(weeks.number) - timedelta(days=1)
    kinds += count_judgements(judged, begun=begun, until=until, before=MOST_BEFORE)
    first_of = {"judgement": MOST_BEFORE}
    if model is not None:
        scored = count_scored(extract, model, begun=begun)
        kinds += scored.kinds
        first_of |= dict.fromkeys(("scores", "outcomes", "fairness", "feedback"), scored.cycles_before)
    found: list[CheckFound] = []
    for part in PARTS:
        of_part = [kind for kind in kinds if kind.part == part]
        budget = settings.parts[part].budget / max(len(of_part), 1)
        first = first_of.get(part, judged_from)
        usual = usual_spread([series_of(kind, first) for kind in of_part])
        for kind in of_part:
            anew = (restarted or {}).get(kind.name)
            begin = first if anew is None else first + max(0, (anew - begun).days // (7 * kind.weeks_each) + 1)
            found.append(judge(kind, HowJudged(part, settings, budget, first, begin, usual, extract.data_hash)))
    return LookFound(
        begun=weeks.monday(judged_from),
        until=until,
        data_hash=extract.data_hash,
        model_hash=model.hash if model else "",
        settings=settings.sha256,
        settings_name=f"{settings.name} {settings.version}",
        budget=settings.budget,
        restarted=dict(restarted or {}),
        checks=tuple(found),
    )
