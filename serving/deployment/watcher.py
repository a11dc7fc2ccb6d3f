"""What is in force in this worker, and the thread that notices when the bundle on disk was replaced.

A new bundle is loaded beside the old one and then takes its place in one assignment: a request sees one or the other.
A bundle that cannot be read, or that fails its own checks, leaves the matrix alone in force, and every answer says so.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from matac_ml import clock
from matac_ml.approval.standing import Approval
from matac_ml.outfile import write_text
from serving.deployment.active import ActiveDeployment, load_deployment, parts_of
from serving.errors import NOT_READY, ServiceError
from serving.ledger.writer import LedgerWriter
from serving.settings import ServiceSettings

logger = logging.getLogger("matac.service")

_Stamp = tuple[str, int, int, int, int]
_Fingerprint = tuple[_Stamp | frozenset[Approval] | None, ...]


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    # The time of change cannot be set back as that of modification can.
    return (path.name, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


class DeploymentWatcher:
    """Holds the active deployment, and replaces it when the bundle, or the switch beside it, changes.

    Parameters
    ----------
    each_round : callable
        Called whenever it looks, every few seconds.
    """

    def __init__(
        self, settings: ServiceSettings, ledger: LedgerWriter, each_round: Callable[[], None] = lambda: None
    ) -> None:
        self.settings = settings
        self._each_round = each_round
        self._ledger = ledger
        self._deployment: ActiveDeployment | None = None
        self._seen: _Fingerprint = ()
        self._stop = threading.Event()
        self._loading = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name="bundle-watch", daemon=True)
        self._warmer = threading.Thread(target=self._warm, name="files", daemon=True)

    @property
    def deployment(self) -> ActiveDeployment:
        """What is in force; ServiceError ``not_ready`` before anything is."""
        if self._deployment is None:
            raise ServiceError(NOT_READY)
        if self._deployment.has_lapsed:
            self._lapse()
        return self._deployment

    @property
    def is_ready(self) -> bool:
        """Whether anything is in force."""
        return self._deployment is not None

    def start(self) -> None:
        """Load, and begin to watch."""
        self._seen = self._fingerprint()
        self._deployment = load_deployment(self.settings, self._ledger.approvals())
        self._watcher.start()
        self._warmer.start()

    def stop(self) -> None:
        """End the watch and the reading ahead."""
        self._stop.set()

    def reload(self) -> None:
        """Load what is on disk now and put it in force; the old one serves until then."""
        with self._loading:
            self._seen = self._fingerprint()
            self._deployment = load_deployment(self.settings, self._ledger.approvals(), earlier=self._deployment)

    def _lapse(self) -> None:
        """Load again because an approval has ended: whoever asked waits, and nobody is given its scores any more."""
        with self._loading:
            if self._deployment is not None and self._deployment.has_lapsed:
                self._seen = self._fingerprint()
                self._deployment = load_deployment(self.settings, self._ledger.approvals(), earlier=self._deployment)

    def switch(self, matrix_only: bool, reason: str) -> None:
        """Turn the model off or on: here at once, in other workers when they see the file."""
        path = self.settings.matrix_only_file
        if matrix_only:
            write_text(path, f"{reason}\n")
        else:
            path.unlink(missing_ok=True)
        self.reload()

    def _fingerprint(self) -> _Fingerprint:
        bundle, papers, gates = parts_of(self.settings)
        files = [*sorted(bundle.glob("*")), *sorted(papers.glob("*")), gates] if bundle and papers and gates else []
        # Approvals count only where they decide anything.
        today = clock.today()
        held = self._ledger.approvals() if self.settings.access_is_on else frozenset()
        approvals = frozenset(approval for approval in held if approval.holds_on(today))
        return (*(_stamp(file) for file in files), _stamp(self.settings.matrix_only_file), approvals)

    def _warm(self) -> None:
        """Have the files of the likeliest people at hand before they are asked for; nothing waits for it."""
        try:
            self.deployment.warm(self._stop.is_set)
        except Exception:
            logger.exception("files could not be read ahead; they are read when they are asked for")

    def _watch(self) -> None:
        """Load again when something changed: an approval at once, a file when it has stood still for one round.

        A file may be in the middle of being copied.
        """
        last = self._seen
        while not self._stop.wait(self.settings.watch_seconds):
            try:
                self._each_round()
                now = self._fingerprint()
                if now != self._seen and (now == last or now[-1:] != self._seen[-1:]):
                    self.reload()
                last = now
            except Exception:
                logger.exception("what is on disk could not be loaded; what was in force stays in force")
