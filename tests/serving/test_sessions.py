"""A session ends by disuse, by age, by sign-out and by nothing that a clock is set to; its name is kept nowhere."""

import json
from pathlib import Path

import pytest

from matac_ml.errors import UsageError
from serving.access.sessions import SIGN_IN_SECONDS, Session, SessionStore

IDLE, MOST = 1_800.0, 36_000.0


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock of its own for each test."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> SessionStore:
    """An empty store."""
    return SessionStore(tmp_path / "sessions", idle_seconds=IDLE, most_seconds=MOST, seconds=clock)


def signed_in(store: SessionStore, **more: str) -> Session:
    """A session of somebody."""
    return store.sign_in(store.begin(), {"name": "a", "shown_as": "a", "role": "analyst", "origin": "made-up", **more})


def test_a_session_that_is_not_used_ends(store: SessionStore, clock: Clock) -> None:
    """Each use begins the time anew."""
    session = signed_in(store)
    for _ in range(3):
        clock.seconds += IDLE - 1
        assert store.find(session.secret) is not None
    clock.seconds += IDLE
    assert store.find(session.secret) is None


def test_no_session_outlives_its_longest_life(store: SessionStore, clock: Clock) -> None:
    """However much it is used."""
    session, began = signed_in(store), clock.seconds
    while clock.seconds < began + MOST - 600:
        clock.seconds += 600
        assert (store.find(session.secret) is not None) == (clock.seconds < began + MOST)
    clock.seconds = began + MOST
    assert store.find(session.secret) is None


def test_a_clock_set_back_makes_no_session_longer(store: SessionStore, clock: Clock) -> None:
    """A session from the future has ended."""
    session = signed_in(store)
    clock.seconds -= 3_600
    assert store.find(session.secret) is None


def test_whoever_does_not_sign_in_has_ten_minutes(store: SessionStore, clock: Clock) -> None:
    """And what has ended is thrown away when somebody else begins."""
    before = store.begin()
    clock.seconds += SIGN_IN_SECONDS
    assert store.find(before.secret) is None
    store.begin()
    assert store.claim_check(before, 0) is None


def test_the_names_of_sessions_are_kept_nowhere(store: SessionStore, tmp_path: Path) -> None:
    """Whoever copies the file can take over no session, and reads no token of the provider."""
    session = store.sign_in(store.begin(), {"name": "a", "role": "analyst"}, {"refresh_token": "of-the-provider"})
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("sessions*"))
    assert b'"role": "analyst"' in kept
    for secret in (session.secret, "of-the-provider"):
        assert secret.encode() not in kept
    assert session.unseal(store.sealed(session)) == {"refresh_token": "of-the-provider"}
    assert session.secret not in repr(session)


def test_what_must_come_back_is_given_once(store: SessionStore) -> None:
    """Also when two workers ask at the same time: they share the file."""
    session = store.change(store.begin(), attempt={"state": "s"})
    assert [store.take_attempt(session) for _ in range(2)] == [{"state": "s"}, {}]


def test_two_workers_see_the_same_and_one_of_them_asks_the_provider(
    store: SessionStore, clock: Clock, tmp_path: Path
) -> None:
    """What one changes the other finds, as a worker does that starts later; a check that is due is one worker's."""
    other = SessionStore(tmp_path / "sessions", idle_seconds=IDLE, most_seconds=MOST, seconds=clock)
    session = signed_in(store)
    store.change(session, purpose="audit")
    found = other.find(session.secret)
    assert found is not None
    assert found.purpose == "audit"
    assert [one.claim_check(session, 30) for one in (store, other)] == [None, None]
    clock.seconds += 30
    assert [one.claim_check(session, 30) for one in (store, other)] == ["", None]
    other.end(session)
    assert store.find(session.secret) is None


def test_a_session_goes_back_to_what_it_opened_and_to_nothing_else(store: SessionStore) -> None:
    """Nor does another session; and the oldest pages are forgotten first."""
    mine, other = signed_in(store), signed_in(store)
    store.open_page(mine, "L-1", {"k": 3})
    assert store.opened(mine, "L-1") == {"k": 3}
    assert store.opened(other, "L-1") is None
    store.end(mine)
    assert store.opened(mine, "L-1") is None
    store.open_page(mine, "L-2", {})
    assert store.opened(mine, "L-2") is None


@pytest.mark.parametrize("name", ["", "x", "x" * 5_000, "'; DROP TABLE sessions;--" + "x" * 30])
def test_a_name_that_is_none_finds_nothing(store: SessionStore, name: str) -> None:
    """Whatever a cookie holds."""
    assert store.find(name) is None


def test_a_session_of_a_role_that_is_no_more_signs_nobody_in(store: SessionStore) -> None:
    """After an update that renames a role whoever had it signs in again."""
    session = store.change(signed_in(store), role="gardener")
    assert not session.is_signed_in
    assert session.principal is None
    assert json.loads(json.dumps(session.csrf))


def test_a_file_that_is_something_else_is_refused_at_the_start(tmp_path: Path) -> None:
    """With what to do, and before anybody signs in."""
    (tmp_path / "other").write_text("this is no database, and it is long enough to be read as one " * 20)
    with pytest.raises(UsageError, match="MATAC_SESSIONS"):
        SessionStore(tmp_path / "other", idle_seconds=IDLE, most_seconds=MOST)
    with pytest.raises(UsageError, match="MATAC_SESSIONS"):
        SessionStore(tmp_path / "no" / "folder", idle_seconds=IDLE, most_seconds=MOST)
