"""``matac-ml serve``: serve an extract and a bundle on this machine, or, with access on, on a network.

Everything is handed to the workers through their environment, which only the same user can read; nothing secret is an
argument, which everybody can. What cannot work is said once, and the program ends.
"""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.errors import BundleError, RecordsError, UsageError
from matac_ml.ledgerfile import ledger_address
from matac_ml.outfile import private_files
from serving.server.logs import set_up_logs
from serving.server.supervisor import Supervisor, listen
from serving.settings import ServiceSettings, is_loopback, read_settings

_ROOT = Path(__file__).resolve().parent.parent


def _to_environment(given: Mapping[str, object], *, ledger_named: bool) -> None:
    if ledger_named:
        os.environ.pop("MATAC_LEDGER_FILE", None)  # an argument comes before the environment
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    # One thread a worker is steady on shared cores; the workers are the parallelism.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))


def _check(settings: ServiceSettings, host: str) -> None:
    """Refuse at once what no worker could serve."""
    if not settings.access_is_on and not is_loopback(host):
        raise UsageError(
            f"Access may be off on this machine's own address only, got {host}. Make keys with matac-ml key make and "
            "name their file with --keys, or name an identity provider (docs/service.md)."
        )
    if not settings.extract.is_dir():
        raise RecordsError(f"The extract must be a folder of records; none is at {settings.extract}.")
    if settings.bundle is not None and not settings.bundle.is_dir():
        raise BundleError(f"The bundle must be a folder; none is at {settings.bundle}.")


def serve(
    extract: Annotated[Path | None, typer.Option(help="Folder of records (MATAC_EXTRACT).")] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the bundle; without it the matrix alone (MATAC_BUNDLE).")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help="Matrix policy when there is no bundle: a shipped name or a file (MATAC_POLICY).")
    ] = None,
    ledger: Annotated[
        str | None, typer.Option(help="Address of the ledger, such as sqlite:///ledger.db (MATAC_LEDGER).")
    ] = None,
    ledger_file: Annotated[Path | None, typer.Option(help="File that holds the address (MATAC_LEDGER_FILE).")] = None,
    keys: Annotated[
        Path | None, typer.Option(help="File of API keys; access is off without it (MATAC_KEYS_FILE).")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine access must be on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3000,
    workers: Annotated[int | None, typer.Option(help="Processes that answer (MATAC_WORKERS).")] = None,
) -> None:
    """Serve explained scores over HTTP until stopped. A person decides.

    On this machine alone, or, with access on, on a network. What is not given comes from the environment.
    """
    for library in ("bentoml", "sqlalchemy", "starlette", "uvicorn"):  # the workers import them, where nobody reads why
        if find_spec(library) is None:
            raise ModuleNotFoundError(name=library)
    set_up_logs()
    given = {
        "MATAC_EXTRACT": extract and extract.absolute(),
        "MATAC_BUNDLE": bundle and bundle.absolute(),
        "MATAC_POLICY": policy,
        "MATAC_LEDGER": ledger and ledger_address(argument=ledger),
        "MATAC_LEDGER_FILE": ledger_file and ledger_file.absolute(),
        "MATAC_KEYS_FILE": keys and keys.absolute(),
        "MATAC_WORKERS": workers,
    }
    _to_environment(given, ledger_named=bool(ledger) and ledger_file is None)
    settings = read_settings()
    _check(settings, host)
    listener, worker = listen(host, port), ["-m", "serving.worker"]
    with private_files():  # the workers inherit it
        code = Supervisor(
            worker, listener, workers=settings.workers, environ=os.environ, start_seconds=settings.start_seconds
        ).run()
    raise typer.Exit(code)
