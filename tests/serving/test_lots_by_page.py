"""A policy that puts ties in order by lot, on the pages: committed to, drawn, revealed, and no decision."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle, save_bundle
from matac_ml.casework import Ledger
from matac_ml.casework.lots import COMMITTED, REVEALED, Lot
from matac_ml.rfg import load_policy
from tests.serving.running import WHY, Service, running
from tests.serving.signed_in import choose_role, path_of


@pytest.fixture(scope="module")
def with_lots(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose board chose lots."""
    folder = tmp_path_factory.mktemp("lots")
    file = folder / "policy.yaml"
    file.write_text(load_policy().text.replace("ties: []", "lots: true\nties: []"), encoding="utf-8")
    save_bundle(replace(load_bundle(made_up / "bundle"), policy=load_policy(str(file))), folder / "bundle")
    with running(made_up, folder, bundle=folder / "bundle") as started:
        yield started


@pytest.fixture(scope="module")
def places(with_lots: Service) -> int:
    """So many that people of the made-up force tie at the last place."""
    people = with_lots.post("/v1/rank", {**WHY, "k": 200}).json()["people"]
    return int(next(person["rank"] for person in people if person["tied_with"] and person["rank"] > 3))


def test_a_seed_is_committed_to_before_and_revealed_with_the_list(with_lots: Service, places: int) -> None:
    """The form asks for it, fills it in, and the list says how anybody can work the order out."""
    person = choose_role(with_lots.url)
    assert "Commit to a seed" in person.get("/drawn").text
    assert "commit to a seed first" in person.post("/drawn", places=str(places)).text
    committed = person.post("/drawn/commit")
    assert path_of(committed) == "/drawn"
    (seed,) = re.findall(r'name="seed"[^>]*value="([0-9a-f]{64})"', committed.text)
    drawn = person.post("/drawn", places=str(places), seed=seed)
    assert re.fullmatch(r"/drawn/[0-9]+", path_of(drawn))
    assert "They stand in order of lot, which anybody can work out again; it is no decision." in drawn.text
    assert seed in drawn.text
    assert seed not in person.get("/drawn").text
    with Ledger.open(with_lots.ledger) as ledger:
        kinds = [entry.kind for entry in ledger.entries(kind=(COMMITTED, REVEALED))]
    assert kinds == [COMMITTED, REVEALED]
    number = int(path_of(drawn).rpartition("/")[2])
    shown = with_lots.post("/v1/lists/show", {**WHY, "number": number}).json()
    lot = Lot.from_payload(shown["summary"]["lot"])
    tied = [line for line in shown["people"] if line["lot"] is not None]
    assert [line["lot"] for line in tied] == sorted(lot.of(line["person_id"]) for line in tied)
    assert {line["drawn_by_lot"] for line in tied} == {True, False}
    again = with_lots.post("/v1/lists/draw", {**WHY, "places": places, "seed": seed})
    assert again.status_code == 409
    assert "drawn by this seed already" in again.text
    person.close()


def test_over_http_a_commitment_gives_the_seed(with_lots: Service) -> None:
    """The ledger holds its hash alone."""
    answer = with_lots.post("/v1/lists/commit", WHY).json()
    with Ledger.open(with_lots.ledger) as ledger:
        (entry,) = [entry for entry in ledger.entries(kind=COMMITTED) if entry.number == answer["entry"]]
    assert answer["seed"] not in str(entry)
    assert entry.hash == answer["head"]
