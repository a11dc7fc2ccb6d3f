"""Write the truth of a force, chunk by chunk."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.csvfile import frame_text
from matac_ml.synthetic.best import BestPossible
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import Ints
from matac_ml.synthetic.rates import Record
from matac_ml.synthetic.settings import ForceSettings
from matac_ml.synthetic.tables import Calendar, Chunk, identifiers, person_numbers
from matac_ml.synthetic.writing import TableWriter

_NONE = asdict(Plant())
#: Kept of every force since the first: what came later is written where it is planted.
_ALWAYS = {
    "escalation", "under_recording", "under_recorded_group", "counter_allegations", "late_recording", "leak",
    "recording", "drift", "referrals", "dependence", "failed_linkage",
}  # fmt: skip


class TruthWriter(TableWriter):
    """Writes what happened, who people are, their spells, and the best possible AUC."""

    def __init__(self, folder: Path, calendar: Calendar, *, settings: ForceSettings, plant: Plant) -> None:
        super().__init__(folder, file_format="parquet")
        self._calendar, self._settings, self._plant = calendar, settings, plant
        self._best = BestPossible(calendar.days)

    def add(self, chunk: Chunk) -> None:
        """Append a chunk."""
        histories, cast, label = chunk.histories, chunk.cast, chunk.person_label
        order, suspects = np.argsort(chunk.number), np.arange(cast.suspects)
        tables = {
            "incidents": {
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
            "people": {
                "person": label[suspects],
                "ethnicity": np.array(SELF_DEFINED_ETHNICITY)[cast.ethnicity[suspects]],
                "escalating": histories.escalating,
                "in_couple": cast.couple_of >= 0,
                "primary_aggressor": cast.primary_aggressor,
                "died_day": chunk.died_day[suspects].astype(np.int32),
            },
            "custody": _spells(label, histories.custody),
            "management": _spells(label, histories.managed),
        }
        self.write({name: pa.table(columns) for name, columns in tables.items()})
        self._best.add(self._record(chunk))

    def _record(self, chunk: Chunk) -> Record:
        histories = chunk.histories
        return Record(
            person=histories.person,
            day=histories.day,
            known_day=chunk.known_day,
            jump=histories.jump,
            in_record=chunk.in_record,
            custody=histories.custody,
            managed=histories.managed,
            hazard=self._settings.hazard,
            first_day_of_year=self._calendar.first_day_of_year,
            days=self._calendar.days,
            late=self._plant.late_recording,
        )

    def describe(self, *, seed: int, incidents: int) -> None:
        """Write what the force was made from, and its best possible AUC."""
        first_day = self._calendar.first_date
        facts = {
            "preset": self._settings.name,
            "seed": seed,
            "incidents": incidents,
            "first_day": first_day.isoformat(),
            "days": self._calendar.days,
            "hazard": asdict(self._settings.hazard),
            "plant": _planted(self._plant),
        }
        (self._folder / "force.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        best = frame_text(self._best.table(first_day), float_format="%.6f")
        (self._folder / "best_possible.csv").write_text(best, encoding="utf-8")


def _planted(plant: Plant) -> dict[str, object]:
    return {name: value for name, value in asdict(plant).items() if name in _ALWAYS or value != _NONE[name]}


def _spells(label: Ints, spells: Ints) -> dict[str, Ints]:
    return {"person": label[spells[:, 0]], "start": spells[:, 1], "end": spells[:, 2]}
