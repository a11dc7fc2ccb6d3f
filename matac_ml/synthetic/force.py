"""Make a made-up force: draw, cast, record, plant, write; chunk by chunk, so that memory stays bounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np

from matac_ml.errors import UsageError
from matac_ml.synthetic.people import ETHNICITY, Cast, cast_people
from matac_ml.synthetic.plant import Plant
from matac_ml.synthetic.process import Bools, Histories, Ints, arrivals, draw_histories
from matac_ml.synthetic.recording import Details, delays, record_details
from matac_ml.synthetic.settings import PRESETS, ForceSettings
from matac_ml.synthetic.tables import AGENCIES, CONCERNS, Calendar, Chunk, extract_tables
from matac_ml.synthetic.truth import ForceTruth, TruthWriter, load_truth
from matac_ml.synthetic.writing import Format, TableWriter, whole_folder

CHUNK_INCIDENTS = 250_000
ESCALATING_SHARE = 0.15
COUNTER_SHARE = 0.30
SECOND_IDENTITY_SHARE = 0.004


@dataclass(frozen=True, slots=True)
class _Drawn:
    histories: Histories
    area: Ints
    recorded_day: Ints
    known_day: Ints


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
    calendar = _calendar(settings.cut_off, years)
    with whole_folder(out) as folder:
        with TableWriter(folder, file_format=file_format) as writer, TruthWriter(folder / "truth") as truth:
            for chunk, done in _chunks(calendar, incidents=incidents, seed=seed, plant=plant, settings=settings):
                writer.write(extract_tables(chunk, calendar, areas=list(settings.areas)))
                truth.write(chunk)
                if progress:
                    progress(done)
        _describe(folder, settings)
        truth.close(calendar, settings=settings, plant=plant, seed=seed, incidents=incidents)
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


def _calendar(cut_off: date, years: float) -> Calendar:
    days = round(years * 365.25)
    return Calendar(first_day=np.datetime64(cut_off, "D") - np.timedelta64(days - 1, "D"), days=days)


def _describe(folder: Path, settings: ForceSettings) -> None:
    (folder / "extract.yaml").write_text(
        f"cut_off: {settings.cut_off.isoformat()}\nforce: Made-up force ({settings.name})\n"
        "description: Made up by matac-ml synth. Nobody in it exists; it says nothing about a real force or person.\n",
        encoding="utf-8",
    )


def _chunks(
    calendar: Calendar, *, incidents: int, seed: int, plant: Plant, settings: ForceSettings
) -> Iterator[tuple[Chunk, int]]:
    pieces = -(-incidents // CHUNK_INCIDENTS)
    done = people = referrals = 0
    for piece in range(pieces):
        wanted = incidents * (piece + 1) // pieces - done
        chunk = _chunk(
            calendar,
            wanted=wanted,
            key=(seed, piece),
            plant=plant,
            settings=settings,
            offsets=(done, people, referrals),
        )
        done += wanted
        people += len(chunk.person_label)
        referrals += len(chunk.referrals)
        yield chunk, done


def _stream(key: tuple[int, int], aspect: str) -> np.random.Generator:
    """A stream of randomness of its own for each aspect, so that planting one thing moves no other."""
    return np.random.default_rng([*key, crc32(aspect.encode())])


def _chunk(
    calendar: Calendar, *, wanted: int, key: tuple[int, int], plant: Plant, settings: ForceSettings,
    offsets: tuple[int, int, int],
) -> Chunk:  # fmt: skip
    drawn = _draw(calendar, wanted=wanted, key=key, plant=plant, settings=settings)
    histories, n = drawn.histories, len(drawn.recorded_day)
    cast = cast_people(_stream(key, "people"), histories, area=drawn.area, settings=settings)
    number = np.empty(n, np.int64)
    number[np.lexsort((_stream(key, "order").random(n), drawn.recorded_day))] = np.arange(n) + 1 + offsets[0]
    last_day = calendar.days - 1
    details = record_details(
        _stream(key, "details"),
        histories,
        recorded=drawn.recorded_day,
        last_day=last_day,
        intimate=cast.dyad_relationship[cast.dyad] < 6,
        children=settings.children_present,
    )
    if plant.leak:
        details = _leak(details, histories, drawn.known_day)
    rng = _stream(key, "margins")
    alias, merged_day = _second_identities(rng, histories, cast, drawn.recorded_day, last_day=last_day)
    labels = _stream(key, "labels").permutation(cast.people + int((merged_day >= 0).sum())) + 1 + offsets[1]
    return Chunk(
        histories=histories,
        cast=cast,
        details=details,
        number=number,
        recorded_day=drawn.recorded_day,
        known_day=drawn.known_day,
        in_record=_in_record(_stream(key, "under recording"), histories, cast, plant),
        counter=_counter(_stream(key, "counter allegations"), histories, cast) & plant.counter_allegations,
        second_victim=_second_victims(rng, histories, cast),
        witness=_witnesses(rng, histories, cast),
        alias=alias,
        merged_day=merged_day,
        died_day=_deaths(rng, histories, cast, last_day=last_day),
        referrals=_referrals(rng, histories, cast, last_day=last_day, offset=offsets[2]),
        person_label=labels,
        incident_area=_places(rng, histories, drawn.area, areas=len(settings.areas)),
    )


def _draw(calendar: Calendar, *, wanted: int, key: tuple[int, int], plant: Plant, settings: ForceSettings) -> _Drawn:
    """Draw histories until enough incidents are recorded by the cut-off, then keep whole people: exactly enough."""
    crime_shares = np.array([settings.crime_share if share is None else share for _, share in settings.areas.values()])
    area_share = np.array([share for share, _ in settings.areas.values()])
    people = wanted // 2 + 20
    while True:
        rng = _stream(key, "process")
        area = rng.choice(len(area_share), size=people, p=area_share / area_share.sum())
        first_day_of_year = int((calendar.first_day - calendar.first_day.astype("datetime64[Y]")).astype(np.int64))
        histories = draw_histories(
            rng,
            arrivals(rng, people, days=calendar.days, settings=settings, crime_share=settings.crime_share),
            days=calendar.days,
            first_day_of_year=first_day_of_year,
            crime_share=crime_shares[area],
            settings=settings,
            escalating=(_stream(key, "escalation").random(people) < ESCALATING_SHARE) & plant.escalation,
        )
        late = _stream(key, "delays")
        recorded = histories.day + delays(late.random(len(histories.day)), late=plant.late_recording)
        link = (late.random(len(recorded)) < settings.late_link) * late.integers(1, 60, len(recorded))
        inside = np.flatnonzero(recorded < calendar.days)
        if len(inside) >= wanted * 1.02 + 50:
            break
        people = round(people * 1.25) + 20
    known = np.minimum(recorded + link, calendar.days - 1)
    return _keep(histories, area, recorded, known, inside=inside, wanted=wanted)


def _keep(histories: Histories, area: Ints, recorded: Ints, known: Ints, *, inside: Ints, wanted: int) -> _Drawn:
    """Keep whole people, in the order they were drawn, and then people of one incident, up to exactly ``wanted``."""
    each = np.bincount(histories.person[inside], minlength=len(area))
    total = np.cumsum(each)
    kept = total <= wanted
    short = wanted - int(each[kept].sum())
    singles = np.flatnonzero(~kept & (each == 1))[:short]
    kept[singles] = True
    kept &= each > 0
    rows = inside[kept[histories.person[inside]]]
    renumber = np.cumsum(kept) - 1

    def spells(table: Ints) -> Ints:
        mine = table[kept[table[:, 0]]]
        mine[:, 0] = renumber[mine[:, 0]]
        return mine

    histories = Histories(
        person=renumber[histories.person[rows]],
        day=histories.day[rows],
        victim_slot=histories.victim_slot[rows],
        severity=histories.severity[rows],
        breach=histories.breach[rows],
        jump=histories.jump[rows],
        escalating=histories.escalating[kept],
        custody=spells(histories.custody),
        managed=spells(histories.managed),
    )
    return _Drawn(histories, area[kept], recorded[rows], known[rows])


def _in_record(rng: np.random.Generator, histories: Histories, cast: Cast, plant: Plant) -> Bools:
    group = np.array([code[0] for code in ETHNICITY]) == plant.under_recorded_group
    theirs = group[cast.ethnicity[histories.person]]
    recorded: Bools = ~(theirs & (rng.random(len(theirs)) < plant.unrecorded_share))
    return recorded


def _counter(rng: np.random.Generator, histories: Histories, cast: Cast) -> Bools:
    """Incidents of repeated pairs with a counter-allegation: by the primary aggressor where the pair is a couple."""
    repeated = np.bincount(cast.dyad)[cast.dyad] >= 2
    aggressor = cast.primary_aggressor[histories.person] | (cast.couple_of[histories.person] < 0)
    return repeated & aggressor & (rng.random(len(repeated)) < COUNTER_SHARE)


def _leak(details: Details, histories: Histories, known: Ints) -> Details:
    """The grade as somebody might overwrite it a year later."""
    order = np.lexsort((known, histories.person))
    person, day = histories.person[order], known[order]
    soon = np.zeros(len(order), bool)
    soon[:-1] = (person[1:] == person[:-1]) & (day[1:] - day[:-1] <= 365)
    again = np.empty(len(order), bool)
    again[order] = soon
    return replace(details, grade=np.where(again, 2, np.minimum(details.grade, 1)))


def _second_identities(
    rng: np.random.Generator, histories: Histories, cast: Cast, recorded: Ints, *, last_day: int
) -> tuple[Bools, Ints]:
    """Incidents recorded under a second identity of the suspect, and the day it was found out (-1: there is none)."""
    each = np.bincount(histories.person, minlength=cast.people)
    merged_day = np.full(cast.people, -1, np.int64)
    doubled = (each >= 2) & (rng.random(cast.people) < SECOND_IDENTITY_SHARE)
    alias = doubled[histories.person] & (rng.random(len(recorded)) < 0.5)
    last = np.zeros(cast.people, np.int64)
    np.maximum.at(last, histories.person[alias], recorded[alias])
    found = doubled & (np.bincount(histories.person[alias], minlength=cast.people) > 0)
    merged_day[found] = np.minimum(last[found] + rng.integers(5, 120, int(found.sum())), last_day)
    return alias & found[histories.person], merged_day


def _second_victims(rng: np.random.Generator, histories: Histories, cast: Cast) -> Ints:
    """Pair of a second victim, the suspect's first one, in a tenth of the incidents against somebody else; else -1."""
    first_pair = np.searchsorted(cast.dyad_suspect, histories.person)
    differs = cast.dyad_victim[first_pair] != cast.dyad_victim[cast.dyad]
    return np.where(differs & (rng.random(len(first_pair)) < 0.10), first_pair, -1)


def _witnesses(rng: np.random.Generator, histories: Histories, cast: Cast) -> Ints:
    who = rng.integers(0, cast.people, len(histories.person))
    apart = (who != histories.person) & (who != cast.dyad_victim[cast.dyad])
    return np.where(apart & (rng.random(len(who)) < 0.03), who, -1)


def _deaths(rng: np.random.Generator, histories: Histories, cast: Cast, *, last_day: int) -> Ints:
    last = np.zeros(cast.people, np.int64)
    np.maximum.at(last, histories.person, histories.day)
    np.maximum.at(last, cast.dyad_victim[cast.dyad], histories.day)
    dies = (rng.random(cast.people) < 0.004) & (last < last_day - 1)
    day = last + 1 + (rng.random(cast.people) * (last_day - last - 1)).astype(np.int64)
    return np.where(dies, day, -1)


def _referrals(rng: np.random.Generator, histories: Histories, cast: Cast, *, last_day: int, offset: int) -> Ints:
    """Referrals by partners of 1.5 % of suspects, after their first incident: number, person, day, agency, concern."""
    first = np.full(cast.suspects, last_day)
    np.minimum.at(first, histories.person, histories.day)
    who = np.flatnonzero(rng.random(cast.suspects) < 0.015)
    day = first[who] + (rng.random(len(who)) * (last_day - first[who])).astype(np.int64)
    number = np.arange(len(who)) + 1 + offset
    return np.stack(
        [number, who, day, rng.integers(0, len(AGENCIES), len(who)), rng.integers(0, len(CONCERNS), len(who))], axis=1
    ).astype(np.int64)


def _places(rng: np.random.Generator, histories: Histories, area: Ints, *, areas: int) -> Ints:
    home = area[histories.person]
    return np.where(rng.random(len(home)) < 0.97, home, rng.integers(0, areas, len(home)))
