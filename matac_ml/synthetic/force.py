"""Make a made-up force: draw, cast, record, plant, write; chunk by chunk, so that memory stays bounded."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from matac_ml.errors import UsageError
from matac_ml.outfile import whole_folder
from matac_ml.synthetic.changing import changed, in_rhythm, recorded_since
from matac_ml.synthetic.draw import draw_chunk, stream
from matac_ml.synthetic.margins import deaths, places, second_identities, second_victims, witnesses
from matac_ml.synthetic.partners import partner_incidents, referral_tables, referrals, unlinked
from matac_ml.synthetic.people import cast_people
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.planting import counter_allegations, leaked, reaches_record, recorded_at_all, recorded_lately
from matac_ml.synthetic.recording import record_details
from matac_ml.synthetic.settings import PRESETS, ForceSettings
from matac_ml.synthetic.tables import Calendar, Chunk, extract_tables
from matac_ml.synthetic.truth import ForceTruth, load_truth
from matac_ml.synthetic.truth_files import TruthWriter
from matac_ml.synthetic.writing import Format, TableWriter

CHUNK_INCIDENTS = 250_000


def make_force(
    out: Path,
    *,
    incidents: int,
    years: float,
    seed: int,
    plant: Plant | None = None,
    preset: str = "default",
    file_format: Format = "csv",
    progress: Callable[[int], object] | None = None,
) -> ForceTruth:
    """Write the extract of a force that does not exist, and the truth about it.

    Parameters
    ----------
    out : Path
        A new or empty folder. It appears complete or not at all. The truth is in ``out/truth``.
    incidents : int
        Incidents that happen and would be recorded by the cut-off, 1 to 50 million; exactly so many are recorded
        unless under-recording is planted.
    years : float
        Length of the extract, 0.25 to 10, ending on the preset's cut-off.
    seed : int
        Same seed, same bytes (for one version of this package, numpy and pyarrow).
    plant : Plant, optional
        What to plant; nothing by default.
    preset : str
        Name in :data:`~matac_ml.synthetic.settings.PRESETS`.
    file_format : {"csv", "parquet"}
        Format of the extract.
    progress : callable, optional
        Called with the number of incidents written after each chunk of at most 250,000.

    Returns
    -------
    ForceTruth
        Hazard of everyone as of any date, and the best possible AUC.

    Raises
    ------
    UsageError
        Naming every argument that cannot be met.
    """
    settings = _checked(incidents, years, seed, preset, file_format)
    plant = plant or Plant()
    if plant.escalation:
        settings = replace(settings, hazard=replace(settings.hazard, more_serious=1.8))
    calendar = force_calendar(settings.cut_off, years)
    with whole_folder(out, mode=0o755) as folder:
        truth = TruthWriter(folder / "truth", calendar, settings=settings, plant=plant)
        with TableWriter(folder, file_format=file_format) as writer, truth:
            for chunk, done in force_chunks(calendar, incidents=incidents, seed=seed, plant=plant, settings=settings):
                tables = extract_tables(chunk, calendar, areas=list(settings.areas))
                writer.write(tables | referral_tables(chunk, calendar))
                truth.add(chunk)
                if progress:
                    progress(done)
        _describe(folder, settings)
        truth.describe(seed=seed, incidents=incidents)
    return load_truth(out / "truth")


def _checked(incidents: int, years: float, seed: int, preset: str, file_format: str) -> ForceSettings:
    rules = {
        f"incidents must be 1 to 50,000,000, got {incidents}": 1 <= incidents <= 50_000_000,
        f"years must be 0.25 to 10, got {years}": 0.25 <= years <= 10,
        f"seed must be 0 or more, got {seed}": seed >= 0,
        f"preset must be one of {', '.join(PRESETS)}, got {preset!r}": preset in PRESETS,
        f"file_format must be csv or parquet, got {file_format!r}": file_format in ("csv", "parquet"),
    }
    if faults := [rule for rule, held in rules.items() if not held]:
        raise UsageError("The force cannot be made.", faults=faults)
    return PRESETS[preset]


def force_calendar(cut_off: date, years: float) -> Calendar:
    """The days of an extract of so many years that ends on its cut-off."""
    days = round(years * 365.25)
    return Calendar(first_day=np.datetime64(cut_off, "D") - np.timedelta64(days - 1, "D"), days=days)


def _describe(folder: Path, settings: ForceSettings) -> None:
    (folder / "extract.yaml").write_text(
        f"cut_off: {settings.cut_off.isoformat()}\nforce: Made-up force ({settings.name})\n"
        "description: Made up by matac-ml synth. Nobody in it exists; it says nothing about a real force or person.\n",
        encoding="utf-8",
    )


def force_chunks(
    calendar: Calendar, *, incidents: int, seed: int, plant: Plant, settings: ForceSettings
) -> Iterator[tuple[Chunk, int]]:
    """Draw a force, at most :data:`CHUNK_INCIDENTS` at a time: each chunk, and the incidents drawn so far."""
    pieces = -(-incidents // CHUNK_INCIDENTS)
    done = people = referrals = 0
    for piece in range(pieces):
        wanted = incidents * (piece + 1) // pieces - done
        whole = plant.referrals
        chunk = _chunk(
            calendar,
            wanted=wanted,
            key=(seed, piece),
            plant=plant,
            settings=settings,
            offsets=(done, people, referrals),
            to_refer=None if whole is None else whole * (done + wanted) // incidents - whole * done // incidents,
        )
        done += wanted
        people += len(chunk.person_label)
        referrals += len(chunk.referrals)
        yield chunk, done


def _chunk(
    calendar: Calendar, *, wanted: int, key: tuple[int, int], plant: Plant, settings: ForceSettings,
    offsets: tuple[int, int, int], to_refer: int | None,
) -> Chunk:  # fmt: skip
    drawn = draw_chunk(calendar, wanted=wanted, key=key, plant=plant, settings=settings)
    histories, n = drawn.histories, len(drawn.recorded_day)
    cast = cast_people(stream(key, "people"), histories, area=drawn.area, settings=settings)
    number = np.empty(n, np.int64)
    number[np.lexsort((stream(key, "order").random(n), drawn.recorded_day))] = np.arange(n) + 1 + offsets[0]
    last_day = calendar.days - 1
    details = record_details(
        stream(key, "details"),
        histories,
        recorded=drawn.recorded_day,
        last_day=last_day,
        intimate=cast.dyad_relationship[cast.dyad] < 6,
        children=settings.children_present,
    )
    if plant.leak:
        details = leaked(details, histories, drawn.known_day)
    details = changed(stream(key, "changed"), details, drawn.recorded_day, plant, last_day=last_day)
    rng = stream(key, "margins")
    alias, merged_day = second_identities(rng, histories, cast, drawn.recorded_day, last_day=last_day)
    second = second_victims(rng, histories, cast)
    seen = witnesses(rng, histories, cast)
    died = deaths(rng, histories, cast, last_day=last_day)
    referred = referrals(rng, histories, cast, last_day=last_day, offset=offsets[2], wanted=to_refer)
    apart = unlinked(stream(key, "linkage"), referred, cast, plant)
    labels = stream(key, "labels").permutation(cast.people + int((merged_day >= 0).sum()) + len(apart)) + 1 + offsets[1]
    in_record = reaches_record(stream(key, "under recording"), histories, cast, plant)
    in_record &= recorded_at_all(stream(key, "recording"), histories, cast, plant)
    in_record &= recorded_lately(stream(key, "drift"), histories, plant, last_day=last_day)
    in_record &= in_rhythm(stream(key, "rhythm"), drawn.recorded_day, calendar, plant)
    since = stream(key, "since")
    in_record &= recorded_since(since, histories, cast, drawn.recorded_day, plant, last_day=last_day)
    return Chunk(
        histories=histories,
        cast=cast,
        details=details,
        number=number,
        recorded_day=drawn.recorded_day,
        known_day=drawn.known_day,
        in_record=in_record,
        counter=counter_allegations(stream(key, "counter allegations"), histories, cast) & plant.counter_allegations,
        second_victim=second,
        witness=seen,
        alias=alias,
        merged_day=merged_day,
        died_day=died,
        referrals=referred,
        unlinked=apart,
        partner_incidents=partner_incidents(stream(key, "partners"), histories, cast, referred, in_record, plant),
        person_label=labels,
        incident_area=places(rng, histories, drawn.area, areas=len(settings.areas)),
    )
