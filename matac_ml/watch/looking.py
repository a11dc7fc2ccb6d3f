"""One look of a watch: every check of an extract, from the day on which the watch began."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from matac_ml.errors import UsageError
from matac_ml.records import Extract
from matac_ml.watch.counting import KindCounts, Weeks, count_records
from matac_ml.watch.findings import CheckFound, LookFound
from matac_ml.watch.judging import Judged, judge, series_of, usual_spread
from matac_ml.watch.series import FEWEST_WEEKS, GAP
from matac_ml.watch.settings import WatchSettings

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
    extract: Extract, settings: WatchSettings, *, begun: date, restarted: Mapping[str, date] | None = None
) -> LookFound:
    """Judge every week since the watch began.

    Everything is worked out anew from the extract, so a look can be repeated from the same files at any time.

    Parameters
    ----------
    begun : date
        A Monday, from :func:`first_monday`.
    restarted : mapping of check to date, optional
        From when a check holds no earlier bets: the incident of its last alarm was closed on that day.
    """
    weeks = Weeks.of(extract)
    judged_from = weeks.place(begun)
    kinds = count_records(extract, weeks, judged_from=judged_from)
    found: list[CheckFound] = []
    for part, of_part in _by_part(kinds).items():
        budget = settings.parts[part].budget / max(len(of_part), 1)
        usual = usual_spread([series_of(kind, judged_from) for kind in of_part])
        for kind in of_part:
            anew = (restarted or {}).get(kind.name)
            begin = judged_from if anew is None else max(judged_from, weeks.place(anew) + 1)
            found.append(judge(kind, Judged(part, settings, budget, judged_from, begin, usual, extract.data_hash)))
    return LookFound(
        begun=weeks.monday(judged_from),
        until=weeks.monday(weeks.number) - timedelta(days=1),
        data_hash=extract.data_hash,
        settings=settings.sha256,
        settings_name=f"{settings.name} {settings.version}",
        budget=settings.budget,
        restarted=dict(restarted or {}),
        checks=tuple(found),
    )


def _by_part(kinds: Sequence[KindCounts]) -> dict[str, list[KindCounts]]:
    return {"records": [kind for kind in kinds if not kind.group], "groups": [kind for kind in kinds if kind.group]}
