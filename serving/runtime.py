"""One worker's life: what it was told, who may call, the ledger it writes, and what is in force."""

import gc
from functools import cache

import serving.quick_start  # noqa: F401  (before anything imports LightGBM)
from matac_ml.rfg import load_policy
from serving.access import Access, build_access
from serving.answering import Answering
from serving.casework import Casework
from serving.holder import Holder
from serving.ledger_notes import LedgerNotes
from serving.logs import set_up_logs
from serving.settings import Settings, read_settings


class Runtime:
    """Everything that lives as long as a worker; started once, stopped once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.access: Access = build_access(settings)
        self.notes = LedgerNotes(settings.ledger)
        self.holder = Holder(settings, self.notes)
        self.answering = Answering(self.holder, self.notes)
        self.casework = Casework(self.notes, self.holder, toolkit=settings.toolkit)
        self._started = False

    def start(self) -> None:
        """Open the ledger, load what is in force, and begin to watch for a new bundle; once.

        Raises
        ------
        ShownError
            A setting names something that cannot be used: the policy, the extract, the ledger.
        """
        if self._started:
            return
        self._started = True
        set_up_logs()
        # Also beside a bundle: it stands in when the bundle is found altered, and then it must be there.
        load_policy(self.settings.policy)
        self.notes.start()
        self.holder.start()
        # What was loaded stays: the collector need not walk it again during requests.
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """End the threads; what was promised to the ledger is written first."""
        self.holder.stop()
        self.notes.stop()

    @property
    def is_ready(self) -> bool:
        """Whether a score could be given now: an extract is in force and the ledger can be reached."""
        return self.holder.is_ready and self.notes.is_reachable()


@cache
def get_runtime() -> Runtime:
    """This process's runtime, made from the environment when it is first asked for."""
    return Runtime(read_settings())
