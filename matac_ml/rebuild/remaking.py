"""Lists, scores and days made again and held against what was kept, byte for byte."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from matac_ml import clock
from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.asof import read_person
from matac_ml.casework import Ledger
from matac_ml.casework.drawn import find_list
from matac_ml.errors import ShownError, UsageError
from matac_ml.explain.cautions import PARTNER_LIMIT
from matac_ml.explain.context import Subject
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import rank_everybody
from matac_ml.lists.rebuilding import rebuild as rebuild_list
from matac_ml.manifest import sha256
from matac_ml.rebuild.materials import MadeFrom, Materials, find_materials
from matac_ml.refresh import refresh
from matac_ml.refresh.files import read_basis

_EITHER: TypeAdapter[ExplainedScore | NotScored] = TypeAdapter(ExplainedScore | NotScored)
CONSULTATION = "consultation"


class MissingPartsError(ShownError):
    """What something was made from is not there."""


class RebuiltOtherwiseError(ShownError):
    """Made again from the same, it is not the same."""


def remake_list(ledger: Ledger, number: int, places: Sequence[Path]) -> str:
    """Draw a kept list up again; what it came to, in a sentence.

    Raises
    ------
    MissingPartsError
        What it was drawn from is not in the folders.
    RebuiltOtherwiseError
        It differs, with every person and what differs.
    """
    drawn = find_list(ledger, number)
    basis = drawn.basis
    found = _all_found(
        MadeFrom(basis.data_sha256, basis.policy_sha256, basis.model_sha256, basis.code), places, f"List {number}"
    )
    records = found.records()
    again = rebuild_list(drawn, records, found.context(records, basis.as_of))
    if not again.same:
        faults = [f"{person}: {what}" for person, what in again.differing]
        raise RebuiltOtherwiseError(f"List {number} is not the same. {again.cause}", faults=faults)
    erased = f" {again.erased} were erased since." if again.erased else ""
    return f"List {number} is the same, byte for byte: {len(drawn.kept)} lines as of {basis.as_of}.{erased}"


def remake_score(ledger: Ledger, nomination: str, places: Sequence[Path]) -> str:
    """Explain a person again as an answer of the service did; the sentence names nobody.

    Raises
    ------
    UsageError
        The ledger holds no such explanation, or it was erased.
    MissingPartsError
        What it was made from is not in the folders; a partner's records are kept nowhere.
    RebuiltOtherwiseError
        The text differs, with the parts that do.
    """
    entry = next(iter(ledger.entries(kind=CONSULTATION, reference=nomination)), None)
    if entry is None or entry.personal is None:
        raise UsageError("The ledger holds no explanation of that nomination id, or it was erased.")
    text = str(entry.personal.payload["explanation"])
    given = _EITHER.validate_json(text)
    if not isinstance(given, ExplainedScore):
        raise UsageError("No score was given for this person, so no score can be rebuilt.")
    what = f"The score {nomination}"
    if PARTNER_LIMIT in given.limits:
        raise MissingPartsError(f"{what} cannot be made again.", faults=["records that a partner sent, kept nowhere"])
    versions = given.versions
    found = _all_found(
        MadeFrom(versions.data_hash, versions.policy_sha256, versions.model_hash, versions.package), places, what
    )
    records = found.records()
    today = entry.recorded_at.astimezone(clock.LONDON).date()
    context = replace(
        found.context(records, given.as_of, today=today),
        approved=versions.model_approved,
        waivers=versions.model_waivers,
    )
    ranking = rank_everybody(records, context) if given.agreement.of or given.matrix.rank is not None else None
    person = read_person(records, given.person_id)
    subject = Subject(
        person,
        asked_as=entry.personal.subject,
        values=ranking.values(given.person_id) if ranking else None,
        doubtful=records.doubtful().get(person.person_id, ""),
    )
    (again,) = explain_people([subject], replace(context, rank_table=ranking.rank_table if ranking else None))
    if again.model_dump_json() != text:
        before, after = given.model_dump(), again.model_dump()
        differ = [name for name in before if before[name] != after.get(name)] or ["the bytes alone"]
        raise RebuiltOtherwiseError(f"{what} is not the same.", faults=differ)
    return f"{what} is the same, byte for byte: as of {given.as_of}, given on {today}."


def remake_day(folder: Path, places: Sequence[Path]) -> str:
    """Make the folder of a refreshed day again.

    Raises
    ------
    UsageError
        It is not the folder of a day.
    MissingPartsError
        What it was made from is not in the folders.
    RebuiltOtherwiseError
        Files differ from what is made again, or from what its manifest names.
    """
    told = read_basis(folder)
    if told is None:
        raise UsageError(f"{folder} must be the folder of a day that matac-ml refresh made.")
    basis, held = told
    made_from = MadeFrom(basis.data_sha256, basis.policy_sha256, basis.model_sha256, basis.code)
    found = _all_found(made_from, places, f"The day {basis.as_of}")
    records = found.records()
    with tempfile.TemporaryDirectory() as scratch:
        again = refresh(records, found.context(records, basis.as_of, today=basis.today), Path(scratch) / "home").folder
        differ = [
            name
            for name in sorted(held)
            if not (folder / name).is_file()
            or {held[name]} != {sha256((side / name).read_bytes()) for side in (folder, again)}
        ]
    if differ:
        raise RebuiltOtherwiseError(f"The day {basis.as_of} is not the same.", faults=differ)
    return f"The day {basis.as_of} is the same, byte for byte: {', '.join(sorted(held))}."


def _all_found(made_from: MadeFrom, places: Sequence[Path], what: str) -> Materials:
    found = find_materials(made_from, places)
    if found.missing:
        raise MissingPartsError(f"{what} cannot be made again. Missing from the folders named:", faults=found.missing)
    return found
