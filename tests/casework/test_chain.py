"""The walk over the chain, row by row, without a database."""

from types import SimpleNamespace

from matac_ml.casework.chain import ChainWalk
from matac_ml.casework.entry import GENESIS, NewEntry, digest_of, hash_of


def _row(number: int, previous: str) -> SimpleNamespace:
    """An entry that is sound by itself: its hash is that of what it holds."""
    text = NewEntry("consultation", "an.analyst").personal_text("salt")
    said = (f"2026-01-0{number}T09:00:00.000000+00:00", "consultation", "an.analyst", "", digest_of(text), previous)
    names = ("recorded_at", "kind", "actor", "purpose", "digest", "previous")
    held = dict(zip(names, said, strict=True))
    return SimpleNamespace(**held, number=number, hash=hash_of(number, *said), subject="", reference="", text=text)


def test_a_sound_entry_that_names_another_before_it_does_not_chain() -> None:
    """Whoever writes the past again can give every entry a hash of its own; the next entry names the old one."""
    first = _row(1, GENESIS)
    for second, faults in (
        (_row(2, first.hash), []),
        (_row(2, GENESIS), ["entry 2 does not follow the one before it"]),
    ):
        walk = ChainWalk(kept_head=None)
        walk.take(first)
        walk.take(second)
        assert walk.end() == faults
