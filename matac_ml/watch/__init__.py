"""The watch: has anything changed since the model was approved, by tests that stay valid however often one looks.

``look`` judges every week of an extract since the watch began; ``keep_look`` keeps what was found in the ledger and
enters alarms into the incident register. A person decides what follows.
"""

from matac_ml.watch.counting import Weeks
from matac_ml.watch.findings import CheckFound, CheckStanding, LookFound
from matac_ml.watch.judged import JUDGED
from matac_ml.watch.keeping import LOOKED, keep_look, latest_look, looks_in, restarts
from matac_ml.watch.looking import first_monday, look
from matac_ml.watch.settings import PARTS, WatchSettings, load_watch_settings

__all__ = [
    "JUDGED",
    "LOOKED",
    "PARTS",
    "CheckFound",
    "CheckStanding",
    "LookFound",
    "WatchSettings",
    "Weeks",
    "first_monday",
    "keep_look",
    "latest_look",
    "load_watch_settings",
    "look",
    "looks_in",
    "restarts",
]
