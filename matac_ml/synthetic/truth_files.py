"""Write the truth of a force, chunk by chunk."""

import json
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.csvfile import frame_text
from matac_ml.synthetic.best import BestPossible
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.rates import Record
from matac_ml.synthetic.settings import ForceSettings
from matac_ml.synthetic.tables import Calendar, Chunk, identifiers, person_numbers


class TruthWriter:
    """Writes what happened, who people are, their spells, and the best possible AUC."""

    def __init__(self, folder: Path, calendar: Calendar, *, settings: ForceSettings, plant: Plant) -> None:
        folder.mkdir(parents=True)
        self._folder, self._calendar, self._settings, self._plant = folder, calendar, settings, plant
        self._best = BestPossible(calendar.days)
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
                "ethnicity": np.array(SELF_DEFINED_ETHNICITY)[cast.ethnicity[suspects]],
                "escalating": histories.escalating,
                "in_couple": cast.couple_of >= 0,
                "primary_aggressor": cast.primary_aggressor,
                "died_day": chunk.died_day[suspects].astype(np.int32),
            },
        )
        for name, spells in (("custody", histories.custody), ("management", histories.managed)):
            self._append(name, {"person": label[spells[:, 0]], "start": spells[:, 1], "end": spells[:, 2]})
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

    def _append(self, name: str, columns: dict[str, object]) -> None:
        table = pa.table(columns)
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table)

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
            "plant": asdict(self._plant),
        }
        (self._folder / "force.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        best = frame_text(self._best.table(first_day), float_format="%.6f")
        (self._folder / "best_possible.csv").write_text(best, encoding="utf-8")

    def __enter__(self) -> "TruthWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
