"""Writes consultations into the ledger before their answers leave: one thread, everything waiting in one transaction.

An answer waits for its entry. When the ledger cannot be written the answer is not given. Many requests that wait at the
same time share one transaction, so that the disk is asked once for all of them.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from matac_ml.api.answers import LedgerNote
from matac_ml.approval.standing import APPROVED, RETIRED, Approval, approvals_in
from matac_ml.casework import GENESIS, Entry, Ledger, NewEntry
from matac_ml.errors import LedgerError
from serving.access.principal import CALLER
from serving.errors import NO_LEDGER, ServiceError
from serving.requests import ConsultationRequest, UserRequest

logger = logging.getLogger("matac.service")

REFUSED = "refused"
_MOST_AT_ONCE = 400
_REFRESH_SECONDS = 1.0


@dataclass(frozen=True)
class _Job:
    entries: Sequence[NewEntry]
    written: "Future[list[Entry]]" = field(default_factory=Future)


@dataclass(frozen=True)
class Consultation:
    """An access record: a look at one person, before it is an entry."""

    subject: str
    payload: Mapping[str, Any]
    reference: str = ""


class LedgerWriter:
    """The ledger of one worker."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ledger: Ledger | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ledger", daemon=True)
        self._head = GENESIS
        self._reachable = False

    @property
    def ledger(self) -> Ledger:
        """The ledger that this worker has open; ServiceError ``no_ledger`` when it has none."""
        if self._ledger is None:
            raise ServiceError(NO_LEDGER)
        return self._ledger

    def start(self) -> None:
        """Open the ledger and begin to write."""
        self._ledger = Ledger.open(self._url)
        self._refresh()
        self._thread.start()

    def stop(self) -> None:
        """Write what is waiting, then let the ledger go."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(timeout=10)
        if self._ledger is not None:
            self._ledger.close()

    def is_reachable(self) -> bool:
        """Whether the ledger could be read or written a second ago."""
        return self._reachable

    def head(self) -> str:
        """The chain's head as of a second ago, or after this worker's last entry."""
        return self._head

    async def write(self, kind: str, asked: ConsultationRequest, consultations: Sequence[Consultation]) -> LedgerNote:
        """Record consultations, one entry each; a list of nobody is recorded too.

        Raises
        ------
        ServiceError
            ``no_ledger``: nothing was written, so nothing may be answered.
        """
        caller = CALLER.get().id
        entries = [
            NewEntry(
                kind=kind,
                actor=asked.user,
                purpose=asked.purpose,
                justification=asked.justification,
                subject=consultation.subject,
                reference=consultation.reference,
                payload={**consultation.payload, "caller": caller},
            )
            for consultation in (consultations or (Consultation("", {}),))
        ]
        return await self._wait_for(_Job(entries))

    async def write_act(
        self, kind: str, user: str, reason: str, payload: Mapping[str, Any], *, written: "Future[list[Entry]]"
    ) -> LedgerNote:
        """Record an act that is about nobody.

        Parameters
        ----------
        written : Future
            What the entry will be; it can be cancelled until it begins to be written.
        """
        new = NewEntry(kind, user, justification=reason, payload={**payload, "caller": CALLER.get().id})
        return await self._wait_for(_Job([new], written))

    async def write_refusal(self, asked: UserRequest, kind: str, why: str) -> None:
        """Record that a request was refused, one entry for each person it names.

        Whether somebody is known, or where their case stands, can be read from a refusal as well as from an answer.

        Raises
        ------
        ServiceError
            ``no_ledger``: nothing was written, so not even the refusal may be given.
        """
        payload = {"asked": kind, "refused": why, "caller": CALLER.get().id}
        purpose, reason = asked.grounds
        people = asked.people or ("",)
        refused = [NewEntry(REFUSED, asked.user, purpose, reason, person, payload=payload) for person in people]
        await self._wait_for(_Job(refused))

    async def _wait_for(self, job: _Job) -> LedgerNote:
        self._jobs.put(job)
        try:
            written = await asyncio.wrap_future(job.written)
        except LedgerError:
            raise ServiceError(NO_LEDGER) from None
        return LedgerNote(
            entries=tuple(entry.number for entry in written), head=written[-1].hash, recorded_at=written[-1].recorded_at
        )

    def approvals(self) -> frozenset[Approval]:
        """Approvals of releases that were not withdrawn since; some may have ended.

        Raises
        ------
        LedgerError
            They cannot be read: what was in force stays so, and a service that starts does not.
        """
        if self._ledger is None:
            return frozenset()
        return approvals_in(self._ledger.entries(kind=(APPROVED, RETIRED)))

    def read(self, **where: Any) -> list[Entry]:
        """Entries, as :meth:`Ledger.entries` finds them; ServiceError ``no_ledger`` when they cannot be read."""
        try:
            return list(self.ledger.entries(**where))
        except LedgerError:
            logger.exception("the ledger was not read")
            raise ServiceError(NO_LEDGER) from None

    def _work(self) -> None:
        """The writing thread: as many waiting jobs as there are, in one transaction."""
        while True:
            try:
                job = self._jobs.get(timeout=_REFRESH_SECONDS)
            except queue.Empty:
                self._refresh()
                continue
            if job is None:
                return
            jobs, ended = self._waiting(job)
            self._append(jobs)
            if ended:
                return

    def _waiting(self, first: _Job) -> tuple[list[_Job], bool]:
        jobs, entries = [first], len(first.entries)
        while entries < _MOST_AT_ONCE:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
            entries += len(job.entries)
        return jobs, False

    def _append(self, jobs: Sequence[_Job]) -> None:
        # A caller who has gone away is not answered, so nothing is recorded as answered.
        wanted = [job for job in jobs if job.written.set_running_or_notify_cancel()]
        try:
            written = self.ledger.append_many([entry for job in wanted for entry in job.entries])
        except Exception as error:
            logger.exception("the ledger was not written")
            self._reachable = False
            for job in wanted:
                job.written.set_exception(error if isinstance(error, LedgerError) else LedgerError(str(type(error))))
            return
        if written:
            self._head, self._reachable = written[-1].hash, True
        start = 0
        for job in wanted:
            job.written.set_result(written[start : start + len(job.entries)])
            start += len(job.entries)

    def _refresh(self) -> None:
        try:
            self._head, self._reachable = self.ledger.head(), True
        except LedgerError:
            self._reachable = False
