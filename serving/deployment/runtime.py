"""One worker's life: what it was told, who may call, the ledger it writes, and what is in force."""

import gc
from functools import cache

import serving.deployment.quick_start  # noqa: F401  (before anything imports LightGBM)
from matac_ml.casework.casebook import Casebook
from matac_ml.casework.toolkit import DEFAULT, load_toolkit
from matac_ml.rfg import load_policy
from matac_ml.support import SUPPORT_KINDS
from serving.access.credentials import Access, build_access
from serving.access.page_access import PageAccess
from serving.deployment.active import ActiveDeployment
from serving.deployment.shadow import Shadow
from serving.deployment.shadow_counts import ShadowCounts
from serving.deployment.watcher import DeploymentWatcher
from serving.ledger.writer import LedgerWriter
from serving.settings import ServiceSettings, read_settings


class Runtime:
    """Everything that lives as long as a worker; started once, stopped once."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.access: Access = build_access(settings)
        self.pages = PageAccess(settings, self.access)
        self.ledger = LedgerWriter(settings.ledger)
        self.watcher = DeploymentWatcher(settings, self.ledger, self.follow_erasures)
        self.shadow = Shadow(settings.shadow, lambda: self.deployment, ShadowCounts(settings.shadow_counts_file))
        self._looked_to = 0
        self.toolkit = load_toolkit(settings.toolkit or DEFAULT)
        self.casebook = Casebook(lambda: self.ledger.ledger)
        self.support_book = Casebook(lambda: self.ledger.ledger, SUPPORT_KINDS)
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
        # Also beside a bundle: it stands in when the bundle is found altered, and then it must be there.
        load_policy(self.settings.policy)
        self.ledger.start()
        self.watcher.start()
        self.shadow.start()
        # What was loaded stays: the collector need not walk it again during requests.
        gc.collect()
        gc.freeze()

    def follow_erasures(self) -> None:
        """Throw away what sessions keep of people once somebody was erased from the ledger; LedgerError."""
        erasure, self._looked_to = self.ledger.ledger.last_erasure(self._looked_to)
        if erasure:
            self.pages.store.forget_people(erasure)

    def stop(self) -> None:
        """End the threads; what was promised to the ledger is written first."""
        self.watcher.stop()
        self.shadow.stop()
        self.ledger.stop()
        self.pages.store.close()

    @property
    def deployment(self) -> ActiveDeployment:
        """What is in force now; ServiceError ``not_ready`` before anything is."""
        return self.watcher.deployment

    @property
    def is_ready(self) -> bool:
        """Whether a score could be given now: an extract is in force and the ledger can be reached."""
        return self.watcher.is_ready and self.ledger.is_reachable()


@cache
def get_runtime() -> Runtime:
    """This process's runtime, made from the environment when it is first asked for."""
    return Runtime(read_settings())
