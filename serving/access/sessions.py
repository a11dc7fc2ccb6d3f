"""Sessions of people who use the pages: kept here, named in the browser by a random word of which only a hash is kept.

They stand in one SQLite file that every worker of a service opens, so a session holds in each of them and after a
restart. The file tells whoever copies it who was signed in, and lets nobody in: a session's name cannot be worked out
from its hash, and the provider's tokens are sealed with a key that comes from the name.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from matac_ml import clock
from matac_ml.errors import UsageError
from serving.access.session import SESSION, Session

__all__ = ["SESSION", "SIGN_IN_SECONDS", "Session", "SessionStore"]

#: Seconds for which somebody who is not signed in yet may take to do so.
SIGN_IN_SECONDS = 600
#: How old the note of the last use may be: a page with its style sheet is one use.
_SEEN_SECONDS = 10
#: Pages that one session can go back to; the oldest are forgotten first.
_MOST_OPENED = 500

_SET_UP = "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
_TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, sealed TEXT NOT NULL DEFAULT '', signed_in INTEGER NOT NULL,
  made REAL NOT NULL, seen REAL NOT NULL, tried REAL NOT NULL, vouched REAL NOT NULL);
CREATE TABLE IF NOT EXISTS opened (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, reference TEXT NOT NULL, asked TEXT NOT NULL,
  made REAL NOT NULL, PRIMARY KEY (session, reference));
CREATE TABLE IF NOT EXISTS sent (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, form TEXT NOT NULL, led_to TEXT,
  made REAL NOT NULL, PRIMARY KEY (session, form));
"""


def _seconds() -> float:
    return clock.now().timestamp()


class SessionStore:
    """The sessions of one service, whichever of its workers asks.

    Parameters
    ----------
    path : Path
        The file; made, for its owner alone, when it is not there.
    idle_seconds, most_seconds : float
        After how long without use, and after how long at all, a session ends.

    Raises
    ------
    UsageError
        The file cannot be made or is something else.
    """

    def __init__(
        self, path: Path, *, idle_seconds: float, most_seconds: float, seconds: Callable[[], float] = _seconds
    ) -> None:
        self._seconds, self._idle, self._most = seconds, idle_seconds, most_seconds
        self._lock = threading.Lock()
        try:
            path.touch(mode=0o600)
            self._file = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._file.executescript(
                f"PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; {_TABLES}"
            )
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"Sessions of the pages are kept in {path}, which cannot be used ({type(error).__name__}). "
                "Name a file in a folder that the service may write to, with MATAC_SESSIONS."
            ) from None

    def begin(self, to: str = "/") -> Session:
        """A session of a visitor who has not signed in yet; what has ended meanwhile is thrown away."""
        self.forget_ended()
        session = Session(secrets.token_urlsafe(32), to=to)
        self._insert(session, "")
        return session

    def sign_in(self, before: Session, who: Mapping[str, Any], tokens: Mapping[str, str] | None = None) -> Session:
        """Sign a person in and give the session a new name; its earlier name stops working."""
        session = Session(secrets.token_urlsafe(32), **who)
        self.end(before)
        self._insert(session, session.seal(tokens) if tokens else "")
        return session

    def _insert(self, session: Session, sealed: str) -> None:
        now = self._seconds()
        row = (session.id, _state(session), sealed, session.is_signed_in, now, now, now, now)
        self._do("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row)

    def find(self, secret: str) -> Session | None:
        """The session of that name; None when there is none, or when it has ended. Finding it is using it."""
        if not 20 <= len(secret) <= 100:
            return None
        key, now = hashlib.sha256(secret.encode()).hexdigest(), self._seconds()
        rows = self._do("SELECT state, seen FROM sessions WHERE id = ? AND NOT " + _ENDED, key, *self._bounds(now))
        if not rows:
            return None
        state, seen = rows[0]
        if now - seen > _SEEN_SECONDS:
            self._do("UPDATE sessions SET seen = ? WHERE id = ?", now, key)
        return Session(secret, **json.loads(state))

    def change(self, session: Session, **changed: Any) -> Session:
        """Keep something else of a session; what another request changed meanwhile is kept too."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                found = self._file.execute("SELECT state FROM sessions WHERE id = ?", (session.id,)).fetchone()
                now = replace(Session(session.secret, **json.loads(found[0])) if found else session, **changed)
                self._file.execute("UPDATE sessions SET state = ? WHERE id = ?", (_state(now), session.id))
            finally:
                self._file.execute("COMMIT")
        return now

    def end(self, session: Session) -> None:
        """End a session: its name is worth nothing any more."""
        self._do("DELETE FROM sessions WHERE id = ?", session.id)

    def take_attempt(self, session: Session) -> dict[str, str]:
        """What must come back from the provider, once: whoever asks again gets nothing, in any worker."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                found = self._file.execute("SELECT state FROM sessions WHERE id = ?", (session.id,)).fetchone()
                now = Session(session.secret, **json.loads(found[0])) if found else session
                cleared = _state(replace(now, attempt={}))
                self._file.execute("UPDATE sessions SET state = ? WHERE id = ?", (cleared, session.id))
            finally:
                self._file.execute("COMMIT")
        return dict(now.attempt) if found else {}

    def claim_check(self, session: Session, after_seconds: float) -> str | None:
        """The sealed tokens, if the provider is due to be asked again and no other worker is asking."""
        now = self._seconds()
        statement = "UPDATE sessions SET tried = ? WHERE id = ? AND tried <= ? RETURNING sealed"
        rows = self._do(statement, now, session.id, now - after_seconds)
        return str(rows[0][0]) if rows else None

    def vouch(self, session: Session, sealed: str, **changed: Any) -> Session:
        """Note that the provider still knows the session's user."""
        self._do("UPDATE sessions SET vouched = ?, sealed = ? WHERE id = ?", self._seconds(), sealed, session.id)
        return self.change(session, **changed)

    def unvouched_seconds(self, session: Session) -> float:
        """Seconds since the provider last knew the session's user; without end where there is no session."""
        rows = self._do("SELECT vouched FROM sessions WHERE id = ?", session.id)
        return self._seconds() - float(rows[0][0]) if rows else float("inf")

    def sealed(self, session: Session) -> str:
        """The sealed tokens of a session; empty when there are none."""
        rows = self._do("SELECT sealed FROM sessions WHERE id = ?", session.id)
        return str(rows[0][0]) if rows else ""

    def open_page(self, session: Session, reference: str, asked: Mapping[str, Any]) -> None:
        """Remember that a page was shown and recorded, so that this session can come back to it."""
        row = (session.id, reference, json.dumps(dict(asked)), self._seconds())
        self._do("INSERT OR REPLACE INTO opened SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?)",
                 *row, session.id)  # fmt: skip
        oldest = "SELECT made FROM opened WHERE session = ? ORDER BY made DESC LIMIT 1 OFFSET ?"
        self._do(f"DELETE FROM opened WHERE session = ? AND made <= ({oldest})", session.id, session.id, _MOST_OPENED)

    def opened(self, session: Session, reference: str) -> dict[str, Any] | None:
        """What was asked for on a page that this session has opened; None of any other page."""
        rows = self._do("SELECT asked FROM opened WHERE session = ? AND reference = ?", session.id, reference)
        return dict(json.loads(rows[0][0])) if rows else None

    def claim_form(self, session: Session, form: str) -> bool:
        """Take a form that was sent, once: whoever sends it again, in any worker, has it not.

        Parameters
        ----------
        form : str
            What tells one form, filled in and sent, from every other.
        """
        row = (session.id, form, self._seconds())
        claimed = self._do("INSERT OR IGNORE INTO sent SELECT ?, ?, NULL, ? WHERE EXISTS "
                           "(SELECT 1 FROM sessions WHERE id = ?) RETURNING form", *row, session.id)  # fmt: skip
        oldest = "SELECT made FROM sent WHERE session = ? ORDER BY made DESC LIMIT 1 OFFSET ?"
        self._do(f"DELETE FROM sent WHERE session = ? AND made <= ({oldest})", session.id, session.id, _MOST_OPENED)
        return bool(claimed)

    def form_led_to(self, session: Session, form: str) -> str | None:
        """Where a form that was taken has led; None while it is being worked on, or where it is not known."""
        rows = self._do("SELECT led_to FROM sent WHERE session = ? AND form = ?", session.id, form)
        return None if not rows or rows[0][0] is None else str(rows[0][0])

    def end_form(self, session: Session, form: str, led_to: str | None) -> None:
        """Note where a form has led; None where nothing came of it, so that it can be sent again."""
        if led_to is None:
            self._do("DELETE FROM sent WHERE session = ? AND form = ?", session.id, form)
        else:
            self._do("UPDATE sent SET led_to = ? WHERE session = ? AND form = ?", led_to, session.id, form)

    def forget_people(self, erasure: int) -> bool:
        """Throw away every page that was opened, and the file's copies of it, once for each erasure in the ledger.

        Parameters
        ----------
        erasure : int
            Number of its entry.

        Returns
        -------
        bool
            Whether anything had to be thrown away: another worker, or an earlier start, may have done it.
        """
        with self._lock:
            (done,) = self._file.execute("PRAGMA user_version").fetchone()
            if done >= erasure:
                return False
            self._file.execute("DELETE FROM opened")
            self._file.execute("DELETE FROM sent")
            self._file.execute(f"PRAGMA user_version={int(erasure)}")
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return True

    def forget_ended(self) -> None:
        """Throw away what has ended."""
        self._do("DELETE FROM sessions WHERE " + _ENDED, *self._bounds(self._seconds()))

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _bounds(self, now: float) -> tuple[float, ...]:
        # A clock that was set back must make no session longer: one from the future has ended.
        return now - self._idle, now - self._most, now - SIGN_IN_SECONDS, now + 60

    def _do(self, statement: str, *values: object) -> list[Any]:
        with self._lock:
            return self._file.execute(statement, values).fetchall()


_ENDED = "(seen <= ? OR made <= ? OR (NOT signed_in AND made <= ?) OR made > ?)"


def _state(session: Session) -> str:
    kept = asdict(session)
    del kept["secret"]
    return json.dumps(kept)
