"""A real retrain that kills itself with SIGKILL at a numbered event: ``python -m tests.training.killed ... PLACE``.

An event is a step that the run says, a file that is put in its place, a feature file, a call of MLflow's client, or an
entry of the ledger. Without a place it runs to its end and prints how many events there were, and the release.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlflow.tracking import MlflowClient

from matac_ml.casework import Ledger
from matac_ml.errors import GateError
from tests.approval.decided import ANALYST, CHOICES
from training import folder as run_folder
from training import retrain as retraining
from training.retrain import Request, retrain

#: Calls of MLflow's client that change a store.
CALLS = (
    "create_run",
    "log_artifacts",
    "log_artifact",
    "set_model_version_tag",
    "update_model_version",
    "set_registered_model_alias",
    "set_terminated",
)


class Events:
    """Counts, and ends the process as ``kill -9`` does when it comes to the place."""

    def __init__(self, place: int | None) -> None:
        self.place, self.seen = place, 0

    def __call__(self, *_: object) -> None:
        """One more."""
        self.seen += 1
        if self.seen == self.place:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, owner: Any, name: str) -> None:
        """Count each call of a function before it is done."""
        real: Callable[..., Any] = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self()
            return real(*given, **named)

        setattr(owner, name, counted)


def main(extract: str, recipe: str, home: str, place: str) -> None:
    """Retrain, killed at the place unless it is empty."""
    events = Events(int(place) if place else None)
    for name in CALLS:
        events.before(MlflowClient, name)
    for owner, name in (
        (Path, "replace"),
        (run_folder, "_put"),
        (Ledger, "append_decided"),
        (retraining, "write_text"),
    ):
        events.before(owner, name)
    request = Request(f"sqlite:///{Path(home) / 'ledger.db'}", ANALYST, CHOICES)
    given = {"recipe_file": Path(recipe), "request": request, "pdf": False, "progress": events}
    try:
        release = retrain(Path(extract), Path(home), **given).release  # type: ignore[arg-type]
    except GateError:  # a made-up force passes few gates: everything but the request is done
        release = retrain(Path(extract), Path(home), **{**given, "request": None}).release  # type: ignore[arg-type]
    print(f"{events.seen} {release}")


if __name__ == "__main__":
    main(*sys.argv[1:])
