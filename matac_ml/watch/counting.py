"""What an extract holds, week by week: how many records of each kind reached it.

Weeks run from Monday to Sunday, so that weekdays weigh the same in each; only whole weeks are counted. A record is
counted in the week it was recorded, as it was first classified: what is found out later changes no earlier week.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.codes import NOT_STATED, ethnicity_group
from matac_ml.fairness.groups import age_band
from matac_ml.records import Extract

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

#: A kind is watched by itself if it makes up this share of the records by which it is judged; all others together.
SMALLEST_SHARE = 0.01
#: By what people are grouped: who they are, in few groups. Only to watch over groups; it scores nobody.
GROUPED_BY = {
    "sex": "sex as recorded", "ethnicity": "self-defined ethnicity", "age": "age",
}  # fmt: skip
#: Columns whose empty cells are counted, and what a reader calls them.
MAY_BE_EMPTY = {
    "injury_level": "the injury",
    "dash_grade": "the risk grade",
    "report_source": "who reported it",
    "area": "the area",
}
#: Days after which a record is late, and days without a record after which a suspect counts as new.
LATE_DAYS, NEW_DAYS = 14, 364

_INCIDENTS = """
SELECT recorded_on, occurred_on, is_crime, offence_code, area, report_source,
    injury_level, dash_grade, children_present, alcohol, incident_id IN (
        SELECT incident_id FROM involvements WHERE role IN ('suspect', 'offender')) AS has_suspect
FROM incidents i WHERE domestic AND recorded_on BETWEEN $first AND $last
"""
_SUSPECTS = """
SELECT DISTINCT v.incident_id, v.person_id, i.recorded_on, i.is_crime
FROM involvements v JOIN incidents i USING (incident_id)
WHERE v.role IN ('suspect', 'offender') AND domestic AND i.recorded_on BETWEEN $first AND $last
"""


@dataclass(frozen=True)
class KindCounts:
    """Counts of one kind, week by week or cycle by cycle.

    Attributes
    ----------
    name : str
        A short name in lower case that never changes, such as ``crimes``; it names nobody.
    title : str
        What a reader calls it.
    seen, of : ndarray of shape (n,)
        ``of`` is None where the count stands by itself.
    part : str
        Of :data:`matac_ml.watch.settings.PARTS`.
    usable_from : int
        The first week in which the count means what it says.
    least_band : float
        Less change than this is ordinary for it, whatever the settings say of its part.
    base, weeks_each, lag
        As :class:`~matac_ml.watch.series.Series` says.
    """

    name: str
    title: str
    seen: Floats
    of: Floats | None
    part: str = "records"
    usable_from: int = 0
    least_band: float = 0.0
    base: Floats | None = None
    weeks_each: int = 1
    lag: int = 1


@dataclass(frozen=True)
class Weeks:
    """Whole weeks of an extract.

    Attributes
    ----------
    first : date
        The Monday of the first.
    number : int
    """

    first: date
    number: int

    @classmethod
    def of(cls, extract: Extract) -> "Weeks":
        """From the first whole week in which anything was recorded to the last that the extract holds."""
        found = extract.connect().execute("SELECT min(recorded_on) FROM incidents WHERE domestic").fetchone()
        begin: date = (found[0] if found else None) or extract.cut_off
        monday = begin + timedelta(days=-begin.weekday() % 7)
        return cls(monday, max(0, (extract.cut_off + timedelta(days=1) - monday).days // 7))

    def monday(self, week: int) -> date:
        """The first day of a week."""
        return self.first + timedelta(weeks=week)

    def place(self, day: date) -> int:
        """The week in which a day lies."""
        return (day - self.first).days // 7

    def places(self, days: pd.Series) -> Ints:
        """The week in which each of these days lies."""
        since = (pd.to_datetime(days) - pd.Timestamp(self.first)).dt.days.to_numpy()
        place: Ints = np.asarray(since // 7, dtype=np.int64)
        return place

    def counted(self, place: Ints, which: Bools | None = None) -> Floats:
        """How many of these places each week has."""
        chosen = place if which is None else place[which]
        return np.bincount(chosen, minlength=self.number)[: self.number].astype(np.float64)


def count_records(extract: Extract, weeks: Weeks, *, judged_from: int) -> tuple[KindCounts, ...]:
    """Count the records of every kind.

    Parameters
    ----------
    judged_from : int
        Kinds are those of the weeks before this one, so that what appears later does not choose them.
    """
    con = extract.connect()
    days = {"first": weeks.first, "last": weeks.monday(weeks.number) - timedelta(days=1)}
    rows = con.execute(_INCIDENTS, days).df()
    suspects = con.execute(_SUSPECTS, days).df()
    return (*_of_records(rows, weeks, judged_from), *_of_suspects(extract, rows, suspects, weeks, judged_from))


def _of_records(rows: pd.DataFrame, weeks: Weeks, judged_from: int) -> Iterator[KindCounts]:
    recorded = weeks.places(rows["recorded_on"])
    every = weeks.counted(recorded)
    crime = rows["is_crime"].to_numpy(dtype=bool)
    yield KindCounts("records", "all records", every, None)

    def share(name: str, title: str, which: Bools) -> KindCounts:
        return KindCounts(name, title, weeks.counted(recorded, which), every)

    yield share("crimes", "records that are crimes", crime)
    late = (rows["recorded_on"] - rows["occurred_on"]).dt.days.to_numpy() > LATE_DAYS
    yield share("late", f"records made more than {LATE_DAYS} days after the event", late)
    for column, words in MAY_BE_EMPTY.items():
        yield share(f"empty-{column}", f"records without {words}", rows[column].isna().to_numpy())
    for column, words in {"children_present": "with children present", "alcohol": "with alcohol"}.items():
        yield share(column, f"records {words}", rows[column].fillna(False).to_numpy(dtype=bool))
    before = recorded < judged_from
    for column, words in {"area": "in", "report_source": "reported by"}.items():
        for value in _kinds(rows[column], before):
            yield share(f"{column}-{value}", f"records {words} {value}", (rows[column] == value).to_numpy())
    yield from _of_offences(rows["offence_code"][crime].fillna("none"), recorded[crime], weeks, before[crime])


def _of_offences(code: pd.Series, recorded: Ints, weeks: Weeks, before: Bools) -> Iterator[KindCounts]:
    every = weeks.counted(recorded)
    for value in _kinds(code, before):
        yield KindCounts(
            f"offence-{value}", f"crimes under code {value}", weeks.counted(recorded, (code == value).to_numpy()), every
        )
    unseen = ~code.isin(set(code[before])).to_numpy()
    yield KindCounts("offence-new", "crimes under a code never used before", weeks.counted(recorded, unseen), every)


def _of_suspects(
    extract: Extract, rows: pd.DataFrame, suspects: pd.DataFrame, weeks: Weeks, judged_from: int
) -> Iterator[KindCounts]:
    named = rows["has_suspect"].to_numpy(dtype=bool)
    made = weeks.places(rows["recorded_on"])
    yield KindCounts("no-suspect", "records without a suspect", weeks.counted(made, ~named), weeks.counted(made))
    suspects = suspects.sort_values(["person_id", "recorded_on", "incident_id"], ignore_index=True)
    recorded = weeks.places(suspects["recorded_on"])
    gone = suspects.groupby("person_id")["recorded_on"].diff().dt.days.to_numpy()
    # What lies before the extract is not known, so its first year tells nobody new from somebody known, and for years
    # after there are fewer and fewer who are new.
    yield KindCounts(
        "new-suspects", "suspects of whom nothing was recorded in the year before",
        weeks.counted(recorded, ~(gone <= NEW_DAYS)), weeks.counted(recorded),
        usable_from=NEW_DAYS // 7 + 1, least_band=0.3,
    )  # fmt: skip
    groups = groups_on(extract, suspects["person_id"], suspects["recorded_on"])
    groups = groups[[name for name in GROUPED_BY if groups[name].nunique() > 1]]
    before = recorded < judged_from
    for name in groups:
        of = groups[name]
        known = (of != NOT_STATED).to_numpy()
        all_known, title = weeks.counted(recorded, known), GROUPED_BY[str(name)]
        yield KindCounts(f"unknown-{name}", f"suspects whose group is not known: {title}",
                         weeks.counted(recorded, ~known), weeks.counted(recorded))  # fmt: skip
        for value in _kinds(of[known], before[known]):
            yield KindCounts(f"{name}-{value}", f"suspects, {title}: {value}",
                             weeks.counted(recorded, (of == value).to_numpy()), all_known, part="groups")  # fmt: skip


def groups_on(extract: Extract, person_ids: pd.Series, day: pd.Series) -> pd.DataFrame:
    """The group of each of these people on a day: their self-defined ethnicity, sex and age; not stated is a group.

    Everybody's age is that of the day: in one band throughout, a group would only grow older.
    """
    known = extract.people_frame().set_index("person_id").reindex(person_ids)
    codes = known["self_defined_ethnicity"].astype("category").cat
    ethnicity = [ethnicity_group(str(code)) for code in codes.categories] + [NOT_STATED]
    return pd.DataFrame({
        "sex": known["sex"].astype(object).fillna("unknown").replace("unknown", NOT_STATED).to_numpy(),
        "ethnicity": np.array(ethnicity, dtype=object)[codes.codes],
        "age": _age_bands(pd.to_datetime(known["birth_date"]), pd.to_datetime(day)),
    })  # fmt: skip


def _age_bands(born: pd.Series, day: pd.Series) -> list[str]:
    """The band of full years on a day; not stated where no date of birth is."""
    then, now = pd.DatetimeIndex(born), pd.DatetimeIndex(day)
    before = (now.month < then.month) | ((now.month == then.month) & (now.day < then.day))
    years = np.nan_to_num(np.asarray(now.year - then.year - before, dtype=np.float64), nan=-1.0).astype(np.int64)
    names = {year: age_band(date(1900, 1, 1), date(1900 + year, 1, 1)) if year >= 0 else NOT_STATED
             for year in set(years.tolist())}  # fmt: skip
    return [names[year] for year in years.tolist()]


def _kinds(values: pd.Series, before: Bools) -> list[str]:
    """The values that make up enough of the earlier records, in order."""
    past = values[before].dropna()
    share = past.value_counts() / max(len(past), 1)
    found = sorted(str(value) for value in share.index[(share >= SMALLEST_SHARE) & (share <= 1 - SMALLEST_SHARE)])
    # Of two, one says all there is to say of the other.
    return found[:1] if len(found) == len(share) == 2 else found
