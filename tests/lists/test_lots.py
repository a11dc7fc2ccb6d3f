"""Ties at the last place in order by lot: committed to before, worked out by anybody after, and never a decision."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import LIST, find_list
from matac_ml.casework.listed import Standing
from matac_ml.casework.lots import COMMITTED, REVEALED, Lot, commit_seed, find_lot, never_revealed, new_seed
from matac_ml.errors import UsageError
from matac_ml.lists import rebuild
from matac_ml.rfg import Policy, load_policy
from tests.lists.small_force import WHO, Happened, context_of, drawn, extract_of

#: One person above, and five who are equal for two places.
FORCE = [
    *(Happened(f"A{i}", "S0", "V0", 30 + i) for i in range(6)),
    *(Happened(f"I{i}", f"T{i}", f"W{i}", 30) for i in range(5)),
]
SEED = "5eed" * 16


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """A policy whose board chose lots."""
    file = tmp_path / "lots.yaml"
    file.write_text(load_policy().text.replace("ties: []", "lots: true\nties: []"), encoding="utf-8")
    return load_policy(str(file))


def test_the_order_can_be_worked_out_from_the_ledger_alone(ledger: Ledger, policy: Policy) -> None:
    """Three lines hashed: seed, hash of the commitment's entry, identifier; the lowest first."""
    committed = commit_seed(ledger, SEED, **WHO)
    made = drawn(ledger, extract_of(FORCE), policy=policy, places=3, lot=find_lot(ledger, SEED))
    tied = [line for line in made.lines if line.standing is Standing.TIED]
    by_hand = {
        person: hashlib.sha256(f"{SEED}\n{committed.hash}\n{person}".encode()).hexdigest()
        for person in ("T0", "T1", "T2", "T3", "T4")
    }
    assert [line.person_id for line in tied] == sorted(by_hand, key=by_hand.__getitem__)
    assert [line.lot for line in tied] == sorted(by_hand.values())
    assert [line.drawn_by_lot for line in tied] == [True, True, False, False, False]
    assert [line.lot_place for line in tied] == [1, 2, 3, 4, 5]
    (revealed,) = ledger.entries(kind=REVEALED)
    assert revealed.personal is not None
    assert hashlib.sha256(str(revealed.personal.payload["seed"]).encode()).hexdigest() == revealed.personal.reference
    (entry,) = ledger.entries(kind=COMMITTED)
    (about,) = ledger.entries(kind=LIST)
    assert entry.number < about.number
    assert SEED not in str(entry.personal)


def test_whoever_was_tied_and_not_drawn_is_kept_and_the_list_rebuilds(ledger: Ledger, policy: Policy) -> None:
    """Everybody equal stands on the list, and the same lot gives the same bytes."""
    commit_seed(ledger, SEED, **WHO)
    extract = extract_of(FORCE)
    made = drawn(ledger, extract, policy=policy, places=3, lot=find_lot(ledger, SEED))
    again = find_list(ledger, made.number)
    assert sum(line.drawn_by_lot is False for line in again.lines) == 3
    assert rebuild(again, extract, context_of(extract, policy=policy)).same


@pytest.mark.parametrize("commits", [False, True])
def test_without_a_commitment_before_nothing_is_drawn(ledger: Ledger, policy: Policy, *, commits: bool) -> None:
    """Neither without a seed, nor by one to which nobody committed."""
    if commits:
        commit_seed(ledger, new_seed(), **WHO)
    with pytest.raises(UsageError, match="commit to a seed first"):
        drawn(ledger, extract_of(FORCE), policy=policy, places=3)
    with pytest.raises(UsageError, match="Nobody committed to this seed"):
        find_lot(ledger, SEED)
    assert not list(ledger.entries(kind=LIST))


def test_a_seed_serves_one_list(ledger: Ledger, policy: Policy) -> None:
    """Known once revealed, it could be used to choose the day of the next list."""
    commit_seed(ledger, SEED, **WHO)
    lot = find_lot(ledger, SEED)
    drawn(ledger, extract_of(FORCE), policy=policy, places=3, lot=lot)
    with pytest.raises(UsageError, match="drawn by this seed already"):
        find_lot(ledger, SEED)
    with pytest.raises(UsageError, match="drawn by this seed already"):
        drawn(ledger, extract_of(FORCE), policy=policy, places=3, lot=lot)
    with pytest.raises(UsageError, match="committed to already"):
        commit_seed(ledger, SEED, **WHO)


def test_a_commitment_that_was_never_revealed_is_seen(ledger: Ledger, policy: Policy) -> None:
    """Whoever commits several times until an order suits them leaves the others behind."""
    numbers = [commit_seed(ledger, seed, **WHO).number for seed in (new_seed(), SEED, new_seed())]
    drawn(ledger, extract_of(FORCE), policy=policy, places=3, lot=find_lot(ledger, SEED))
    assert never_revealed(ledger) == (numbers[0], numbers[2])


def test_the_board_chooses_whether_lots_are_drawn(ledger: Ledger) -> None:
    """Under a policy without them a seed is refused, and equal people stand in no order."""
    commit_seed(ledger, SEED, **WHO)
    with pytest.raises(UsageError, match="The policy puts nobody in order by lot"):
        drawn(ledger, extract_of(FORCE), places=3, lot=find_lot(ledger, SEED))
    lines = drawn(ledger, extract_of(FORCE), places=3).lines
    assert {line.drawn_by_lot for line in lines} == {None}


def test_where_nobody_ties_no_seed_is_revealed(ledger: Ledger, policy: Policy) -> None:
    """The commitment is left for the next list."""
    commit_seed(ledger, SEED, **WHO)
    made = drawn(ledger, extract_of(FORCE), policy=policy, places=1, lot=find_lot(ledger, SEED))
    assert made.basis.lot is None
    assert find_lot(ledger, SEED).seed == SEED


@given(st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=20), st.randoms(use_true_random=False))
def test_the_order_depends_on_the_people_alone(people: list[str], random: object) -> None:
    """Not on the order in which they come; everybody stands in it once; another seed gives another order of many."""
    mixed = list(people)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    lot = Lot(SEED, 1, "f" * 64)
    assert lot.order(mixed) == lot.order(people)
    assert sorted(lot.order(people)) == sorted(people)
    assert Lot(new_seed(), 1, "f" * 64).order(map(str, range(200))) != lot.order(map(str, range(200)))


def test_each_person_is_drawn_as_often_as_another(ledger: Ledger) -> None:
    """Two of five, over many seeds: four in ten each, within four standard errors."""
    people, many = [f"T{i}" for i in range(5)], 2_000
    drawn_first = [person for i in range(many) for person in Lot(f"{i:064x}", 1, "e" * 64).order(people)[:2]]
    spread = 4 * (many * 0.4 * 0.6) ** 0.5
    assert all(abs(drawn_first.count(person) - 0.4 * many) < spread for person in people)
