"""How well people who stand in the records twice are found, by threshold, and what review does to victim counts."""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from benchmarks import Table, measured
from matac_ml.linkage.proposal import CURVE, THRESHOLD, Proposal
from matac_ml.linkage.proposing import propose
from matac_ml.records import read_extract
from matac_ml.records.importing import import_records
from matac_ml.synthetic import make_force
from matac_ml.synthetic.exporting import export_force

NAME = "linkage"
PRECISION, RECALL = 0.95, 0.85
#: The threshold and the shares were set on seed 1; these were not looked at before.
SEEDS = (2, 3, 4)
_STYLES = Path(__file__).parents[1] / "examples/importing/styles"
_LOOK_ALIKES = 0.01
_Pairs = set[tuple[str, str]]


def run(prove: bool) -> tuple[Table, ...]:
    """Make forces, export them, propose pairs and hold these against the truth."""
    incidents = 20_000 if prove else 3_000
    curves, hard, victims, missed, seconds = [], [], [], [], []
    for seed in SEEDS if prove else SEEDS[:1]:
        with tempfile.TemporaryDirectory() as at:
            folder = Path(at)
            truth = _make(folder, seed, incidents)
            proposal, cost = measured(lambda: _propose(folder, "pairs"))  # noqa: B023
            seconds.append(cost.cpu)
            curves += _curve(seed, proposal, truth)
            victims += _victims(seed, folder / "extract", proposal, truth)
            _plant(folder / "export" / "Nominals.csv", truth, seed)
            hard += _curve(seed, _propose(folder, "hard"), truth)
    for told, rows in (("", curves), (" among people who look alike", hard)):
        missed += [
            f"precision of at least {PRECISION} and recall of at least {RECALL}{told}, seed {row[0]}: "
            f"{row[4]:.3f} and {row[5]:.3f}"
            for row in rows
            if row[1] == THRESHOLD and (row[4] < PRECISION or row[5] < RECALL)
        ]
    heads = ("seed", "at least so likely", "pairs", "of which true", "precision", "recall")
    return (
        Table(
            "Pairs of identities held against the truth", heads, tuple(curves),
            (f"The shipped threshold is {THRESHOLD}. A proposal took {max(seconds):.0f} processor seconds at most.",
             "Names, dates of birth, sex and area; no addresses. 1 % of people have a second identity, with a short "
             "form of the first name, two letters of the surname changed over, or both; some with day and month so."),
            tuple(missed),
        ),
        Table(
            "The same where others look alike", heads, tuple(hard),
            ("3 % of people were made to look like somebody else who is another person, a third each: a twin of "
             "another first name, a parent of the same name, and somebody of the same name born in the same year.",),
        ),
        Table(
            "Distinct victims before and after review",
            ("seed", "identities as they are", "suspects", "suspect and victim", "suspects of two or more victims",
             "of three or more", "suspects with a wrong count"),
            tuple(victims),
            ("The last column counts identities whose number of distinct victims is not that of the person.",),
        ),
    )  # fmt: skip


def _make(folder: Path, seed: int, incidents: int) -> _Pairs:
    make_force(folder / "force", incidents=incidents, years=4, seed=seed)
    export_force(folder / "force", folder / "export", style="files", seed=seed)
    import_records(_STYLES / "files.yaml", folder / "export", folder / "extract")
    with (folder / "force/truth/export_doubled.csv").open(encoding="utf-8") as file:
        doubled = [(row["person_id"], row["exported_as"]) for row in csv.DictReader(file)]
    known = set(read_extract(folder / "extract").people_frame()["person_id"])
    return {(min(pair), max(pair)) for pair in doubled if {*pair} <= known}


def _propose(folder: Path, name: str) -> Proposal:
    return propose(_STYLES / "names.yaml", folder / "export", folder / "extract", folder / name)


def _curve(seed: int, proposal: Proposal, truth: _Pairs) -> list[tuple[int, float, int, int, float, float]]:
    rows = []
    for least in CURVE:
        pairs = {(pair["first"], pair["second"]) for pair in proposal.at(least)}
        true = len(pairs & truth)
        rows.append((seed, least, len(pairs), true, true / max(len(pairs), 1), true / len(truth)))
    return rows


def _plant(nominals: Path, truth: _Pairs, seed: int) -> None:
    """Give some people the name of another person; each of them has one record."""
    rng = np.random.default_rng([seed, 19])
    title, *lines = nominals.read_text(encoding="cp1252").splitlines()
    rows = list(csv.reader(lines, delimiter=";"))
    heads, rows = rows[0], rows[1:]
    person, surname, forename, born = (heads.index(name) for name in ("Nominal", "Surname", "Forename", "DOB"))
    twice = {identity for pair in truth for identity in pair}
    single = sorted({row[person] for row in rows} - twice)
    chosen = rng.permutation(single)[: 6 * int(_LOOK_ALIKES * len(single))].reshape(-1, 2)
    newest = {row[person]: row for row in rows}
    changed = {}
    for place, (one, other) in enumerate(chosen):
        like, row = newest[one], list(newest[other])
        row[surname] = like[surname]
        if place % 3 == 0:
            row[born] = like[born]
        else:
            row[forename] = like[forename]
            day, month, year = like[born].split("/")
            apart = int(year) - 27 if place % 3 == 1 else int(year)
            row[born] = f"{int(day) % 28 + 1:02}/{int(month) % 12 + 1:02}/{apart}"
        changed[other] = row
    kept = [row for row in rows if row[person] not in changed] + list(changed.values())
    text = "\n".join([title, ";".join(heads), *(";".join(row) for row in kept), ""])
    nominals.write_bytes(text.encode("cp1252"))


def _victims(seed: int, extract: Path, proposal: Proposal, truth: _Pairs) -> list[tuple[int | str, ...]]:
    records = read_extract(extract)
    links = records.connect().execute(
        "SELECT s.person_id, v.person_id, count(DISTINCT s.incident_id) FROM involvements s JOIN involvements v "
        "ON v.incident_id = s.incident_id AND v.role = 'victim' AND v.person_id <> s.person_id "
        "AND coalesce(v.counterpart_id, s.person_id) = s.person_id "
        "WHERE s.role IN ('suspect', 'offender') GROUP BY ALL"
    ).fetchall()  # fmt: skip
    shown = {(pair["first"], pair["second"]) for pair in proposal.at(THRESHOLD)}
    right = _counts(links, truth)
    rows: list[tuple[int | str, ...]] = []
    for words, pairs in (
        ("before review", set()),
        ("after one who knows the truth", shown & truth),
        ("after one who accepts all", shown),
        ("the truth", truth),
    ):
        counts = _counts(links, pairs)
        wrong = sum(right.get(person) != number for person, number in counts.items())
        at_least = [sum(number >= least for number in counts.values()) for least in (2, 3)]
        rows.append((seed, words, len(counts), sum(counts.values()), *at_least, wrong))
    return rows


def _counts(links: Iterable[tuple[str, str, int]], pairs: _Pairs) -> Mapping[str, int]:
    """Distinct victims of each suspect when the second of each pair is the first."""
    into = {second: first for first, second in sorted(pairs)}

    def stays(person: str) -> str:
        while person in into:
            person = into[person]
        return person

    victims: dict[str, set[str]] = defaultdict(set)
    for suspect, victim, _ in links:
        victims[stays(suspect)].add(stays(victim))
    return {suspect: len(found) for suspect, found in victims.items()}
