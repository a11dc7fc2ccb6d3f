"""The truth beside a made-up force: what happened, everyone's hazard as of any date, and the best possible AUC.

For the outcome *any incident recorded as a suspect within h days* the truth is a closed formula. Until the next
incident a person's rate only falls, in a known way, so::

    P(at least one) = 1 - exp(-integral over the horizon of rate(s) * P(recorded by the end | occurred on s))

The rate uses the incidents *known* before the as-of date, because nobody can use others; what happened and is not yet
recorded is ignored, as it must be by any honest model. Nobody's scores can order people better than this probability,
save by luck: its AUC is the best possible.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import rankdata

from matac_ml.errors import UsageError
from matac_ml.synthetic.people import ETHNICITY
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import YEAR, Bools, Floats, Ints, decay, season
from matac_ml.synthetic.recording import recorded_within
from matac_ml.synthetic.settings import ForceSettings, Hazard
from matac_ml.synthetic.tables import Calendar, Chunk, identifiers, person_numbers

HORIZONS = (91, 182, 365)
LOOKBACK_DAYS = 1095
STEP_DAYS = 7


class TruthWriter:
    """Writes the truth of each chunk as it is made."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, chunk: Chunk) -> None:
        """Append a chunk."""
        histories, cast, label = chunk.histories, chunk.cast, chunk.person_label
        order = np.argsort(chunk.number)
        self._append(
            "incidents",
            {
                "incident_id": identifiers("I", chunk.number[order]),
                "person": label[histories.person[order]],
                "day": histories.day[order].astype(np.int32),
                "known_day": chunk.known_day[order].astype(np.int32),
                "jump": histories.jump[order],
                "severity": histories.severity[order].astype(np.int8),
                "in_record": chunk.in_record[order],
                "counter_allegation": chunk.counter[order],
                "second_identity": person_numbers(chunk)[order] != label[histories.person[order]],
            },
        )
        suspects = np.arange(cast.suspects)
        self._append(
            "people",
            {
                "person": label[suspects],
                "ethnicity": np.array(ETHNICITY)[cast.ethnicity[suspects]],
                "escalating": histories.escalating,
                "in_couple": cast.couple_of >= 0,
                "primary_aggressor": cast.primary_aggressor,
                "died_day": chunk.died_day[suspects].astype(np.int32),
            },
        )
        for name, spells in (("custody", histories.custody), ("management", histories.managed)):
            who, start, end = label[spells[:, 0]], spells[:, 1], spells[:, 2]
            self._append(name, {"person": who, "start": start, "end": end})

    def _append(self, name: str, columns: dict[str, object]) -> None:
        table = pa.table(columns)
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table)

    def close(self, calendar: Calendar, *, settings: ForceSettings, plant: Plant, seed: int, incidents: int) -> None:
        """Write what the force was made from, then its best possible AUC."""
        self.__exit__(None, None, None)
        facts = {
            "preset": settings.name,
            "seed": seed,
            "incidents": incidents,
            "first_day": str(calendar.first_day),
            "days": calendar.days,
            "hazard": asdict(settings.hazard),
            "plant": asdict(plant),
        }
        (self._folder / "force.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        best = load_truth(self._folder).best_possible
        best.to_csv(self._folder / "best_possible.csv", index=False, float_format="%.6f", lineterminator="\n")

    def __enter__(self) -> "TruthWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}


@dataclass(frozen=True)
class ForceTruth:
    """What is known about a made-up force by the one who made it.

    Parameters
    ----------
    folder : Path
        The ``truth`` folder.
    first_day : date
        Day 0.
    days : int
        Length of the force; the last day is the cut-off.
    hazard_settings : Hazard
        The stated form of the rate.
    plant : Plant
        What was planted.
    """

    folder: Path
    first_day: date
    days: int
    hazard_settings: Hazard
    plant: Plant

    @property
    def extract(self) -> Path:
        """Folder of the extract."""
        return self.folder.parent

    @property
    def cut_off(self) -> date:
        """Last day of the force."""
        return self.first_day + timedelta(days=self.days - 1)

    def _read(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = pq.read_table(self.folder / f"{name}.parquet").to_pandas()
        return frame

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Every incident that happened and would have been recorded by the cut-off, with the jump it gave the rate."""
        return self._read("incidents")

    @cached_property
    def people(self) -> pd.DataFrame:
        """Every suspect, with what the plants turn on."""
        return self._read("people")

    @cached_property
    def custody(self) -> pd.DataFrame:
        """Custody spells: person, start, end (exclusive), in days from the first."""
        return self._read("custody")

    @cached_property
    def management(self) -> pd.DataFrame:
        """Spells under MATAC."""
        return self._read("management")

    def hazard(self, as_of: date, *, horizon_days: int) -> pd.DataFrame:
        """True probability that anything is recorded within the horizon, for everyone on the record.

        Parameters
        ----------
        as_of : date
            What was recorded strictly before this day is known.
        horizon_days : int
            Days from ``as_of`` on, 1 to 3,650. An incident counts when it happens and is recorded within them.

        Returns
        -------
        DataFrame
            ``person_id``; ``rate`` (incidents a year on the day itself); ``probability``; ``recorded`` (whether one
            was recorded; missing when the horizon passes the cut-off). One row for each person recorded as a suspect
            in the 1,095 days before.

        Raises
        ------
        UsageError
            When ``as_of`` is outside the force's time or the horizon out of range.
        """
        day = (as_of - self.first_day).days
        if not 0 < day < self.days or not 1 <= horizon_days <= 3650:
            raise UsageError(
                f"as_of must be after {self.first_day} and not after {self.cut_off}, horizon_days 1 to 3650; "
                f"got {as_of} and {horizon_days}."
            )
        rows = self.incidents
        index = _Index(rows["person"].to_numpy())
        when, known = rows["day"].to_numpy(), rows["known_day"].to_numpy()
        recorded = rows["in_record"].to_numpy()
        seen = recorded & (known < day)
        present = index.any(seen & (when >= day - LOOKBACK_DAYS))
        fast, slow = self._state(index, seen, when, day)
        expected = self._expected(index.people, fast, slow, day=day, horizon=horizon_days)
        hit = index.any(recorded & (when >= day) & (known < day + horizon_days))
        closed = day + horizon_days <= self.days
        return pd.DataFrame(
            {
                "person_id": identifiers("P", index.people[present]).to_pylist(),
                "rate": ((fast + slow) * YEAR)[present],
                "probability": -np.expm1(-expected[present]),
                "recorded": hit[present].astype(np.float64) if closed else np.nan,
            }
        )

    def _state(self, index: "_Index", seen: Bools, when: Ints, day: int) -> tuple[Floats, Floats]:
        """Fast and slow part of everyone's rate at the start of a day, from the incidents seen."""
        hazard = self.hazard_settings
        fall_fast, fall_slow = decay(hazard, np.maximum(day - (when + 0.5), 0.0))
        jump = self.incidents["jump"].to_numpy() * seen
        fast = index.sum(jump * fall_fast) * hazard.fast_share / hazard.fast_days
        slow = index.sum(jump * fall_slow) * (1 - hazard.fast_share) / hazard.slow_days
        return fast, slow

    def _expected(self, people: Ints, fast: Floats, slow: Floats, *, day: int, horizon: int) -> Floats:
        """Expected number of incidents that happen and are recorded within the horizon, while none has happened."""
        hazard, total = self.hazard_settings, np.zeros(len(people))
        begins = self.first_day.timetuple().tm_yday - 1
        custody = self._spells(self.custody, people, day)
        managed = self._spells(self.management, people, day)
        for start in range(0, horizon, STEP_DAYS):
            width = min(STEP_DAYS, horizon - start)
            middle = start + width / 2
            fall_fast, fall_slow = decay(hazard, np.array(middle))
            span = np.arange(width, dtype=np.float64) + start
            weight = float(
                np.sum(
                    season(span + 0.5 + day, begins, festive=hazard.festive)
                    * recorded_within(horizon - span, late=self.plant.late_recording)
                )
            )
            rate = (fast * fall_fast + slow * fall_slow) * weight
            free = 1 - _overlap(custody, day + start, width)
            slowed = 1 - (1 - hazard.managed) * _overlap(managed, day + start, width)
            total += rate * free * slowed
        return total

    def _spells(self, spells: pd.DataFrame, people: Ints, day: int) -> tuple[Ints, Ints]:
        """Start and end, for each person, of the spell begun before ``day`` and not over by then; else -1."""
        mine = spells[(spells["start"] < day) & (spells["end"] > day) & spells["person"].isin(people)]
        start, end = np.full(len(people), -1), np.full(len(people), -1)
        place = np.searchsorted(people, mine["person"].to_numpy())
        start[place], end[place] = mine["start"].to_numpy(), mine["end"].to_numpy()
        return start, end

    @cached_property
    def best_possible(self) -> pd.DataFrame:
        """Best possible AUC of *any new record* by horizon and as-of date, and over all of them (``as_of`` "all").

        As-of dates are a quarter apart, from one year after the first day (or half the force's time when it is
        shorter) to the last whose horizon is closed. Columns: ``outcome``, ``horizon_days``, ``as_of``, ``people``,
        ``recorded``, ``auc``.
        """
        rows = []
        first = min(365, self.days // 2)
        for horizon in HORIZONS:
            frames = []
            for day in range(first, self.days - horizon + 1, 91):
                as_of = self.first_day + timedelta(days=day)
                frame = self.hazard(as_of, horizon_days=horizon)
                frames.append(frame)
                rows.append(_best_row(frame, horizon, as_of.isoformat()))
            if frames:
                rows.append(_best_row(pd.concat(frames), horizon, "all"))
        return pd.DataFrame(rows, columns=["outcome", "horizon_days", "as_of", "people", "recorded", "auc"])


def load_truth(folder: Path) -> ForceTruth:
    """Read a ``truth`` folder that :func:`~matac_ml.synthetic.force.make_force` wrote.

    Raises
    ------
    UsageError
        When the folder holds no truth.
    """
    path = folder / "force.json"
    if not path.is_file():
        raise UsageError(
            f"A truth folder holds force.json; {folder} has none. Name the truth folder of a made-up force."
        )
    facts = json.loads(path.read_text(encoding="utf-8"))
    return ForceTruth(
        folder=folder,
        first_day=date.fromisoformat(facts["first_day"]),
        days=facts["days"],
        hazard_settings=Hazard(**facts["hazard"]),
        plant=Plant(**facts["plant"]),
    )


def auc(score: Floats, hit: Bools) -> float:
    """Area under the ROC curve by ranks, ties counted half; NaN when there is only one class."""
    positives = int(hit.sum())
    negatives = len(hit) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[hit].sum() - positives * (positives + 1) / 2) / (positives * negatives))


class _Index:
    """Sums of a value of each incident by person, people in ascending order of number."""

    def __init__(self, person: Ints) -> None:
        self.people, self._of = np.unique(person, return_inverse=True)

    def sum(self, values: Floats) -> Floats:
        return np.bincount(self._of, weights=values, minlength=len(self.people)).astype(np.float64)

    def any(self, flags: Bools) -> Bools:
        return np.asarray(self.sum(flags.astype(np.float64)) > 0)


def _overlap(spell: tuple[Ints, Ints], start: int, width: int) -> Floats:
    """Share of the days ``start`` to ``start + width`` that lies inside each person's spell."""
    share: Floats = np.clip(np.minimum(spell[1], start + width) - np.maximum(spell[0], start), 0, width) / width
    return share


def _best_row(frame: pd.DataFrame, horizon: int, as_of: str) -> dict[str, object]:
    hit = frame["recorded"].to_numpy() > 0
    return {
        "outcome": "any_record",
        "horizon_days": horizon,
        "as_of": as_of,
        "people": len(frame),
        "recorded": int(hit.sum()),
        "auc": auc(frame["probability"].to_numpy(), hit),
    }
