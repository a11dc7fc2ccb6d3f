"""The truth beside a made-up force, read back: what happened, the hazard of everyone, the best possible AUC."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from matac_ml.errors import UsageError
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import YEAR
from matac_ml.synthetic.rates import Record
from matac_ml.synthetic.settings import Hazard
from matac_ml.synthetic.tables import identifiers


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
    def best_possible(self) -> pd.DataFrame:
        """Best possible AUC of *any new record* by horizon and as-of date, and over all of them (``as_of`` "all")."""
        return pd.read_csv(self.folder / "best_possible.csv", dtype={"as_of": str})

    @cached_property
    def _record(self) -> Record:
        rows = self.incidents
        return Record(
            person=rows["person"].to_numpy(np.int64),
            day=rows["day"].to_numpy(np.int64),
            known_day=rows["known_day"].to_numpy(np.int64),
            jump=rows["jump"].to_numpy(np.float64),
            in_record=rows["in_record"].to_numpy(bool),
            custody=self._read("custody").to_numpy(np.int64),
            managed=self._read("management").to_numpy(np.int64),
            hazard=self.hazard_settings,
            first_day_of_year=self.first_day.timetuple().tm_yday - 1,
            days=self.days,
            late=self.plant.late_recording,
        )

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
            ``person_id``; ``rate`` (incidents a year on the day itself); ``probability``; ``recorded`` (1.0 or 0.0;
            NaN when the horizon passes the cut-off). One row for each person recorded as a suspect in the 1,095 days
            before.

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
        seen = self._record.as_of(day, horizon=horizon_days)
        return pd.DataFrame(
            {
                "person_id": identifiers("P", seen.person).to_pylist(),
                "rate": seen.rate * YEAR,
                "probability": seen.probability,
                "recorded": seen.recorded.astype(np.float64) if seen.closed else np.nan,
            }
        )


def load_truth(folder: Path) -> ForceTruth:
    """Read a ``truth`` folder that :func:`~matac_ml.synthetic.force.make_force` wrote.

    Raises
    ------
    UsageError
        When the folder holds no truth.
    """
    path = folder / "force.json"
    if not path.is_file():
        raise UsageError(f"A truth folder holds force.json; {folder} has none. Name the truth of a made-up force.")
    facts = json.loads(path.read_text(encoding="utf-8"))
    return ForceTruth(
        folder=folder,
        first_day=date.fromisoformat(facts["first_day"]),
        days=facts["days"],
        hazard_settings=Hazard(**facts["hazard"]),
        plant=Plant(**facts["plant"]),
    )
