"""``python -m serving``: serve an extract and a bundle on this machine, or, with access on, on a network.

Everything is handed to the workers through their environment, which only the same user can read; nothing secret is an
argument, which everybody can. What cannot work is said once, and the program ends.
"""

import argparse
import os
import sys
from pathlib import Path

from matac_ml.errors import BundleError, RecordsError, UsageError, shown_errors
from matac_ml.ledgerfile import ledger_address
from matac_ml.outfile import private_files
from serving.logs import set_up_logs
from serving.settings import Settings, is_loopback, read_proxies, read_settings, read_workers
from serving.supervisor import Supervisor, listen

_ROOT = Path(__file__).resolve().parent.parent


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m serving", description="Explained scores over HTTP. A person decides."
    )
    parser.add_argument("--extract", type=Path, help="folder of the extract (MATAC_EXTRACT)")
    parser.add_argument("--bundle", type=Path, help="folder of the bundle; without it only the matrix (MATAC_BUNDLE)")
    parser.add_argument("--policy", help="matrix policy to use without a bundle (MATAC_POLICY)")
    parser.add_argument("--ledger", help="address of the ledger, such as sqlite:///ledger.db (MATAC_LEDGER)")
    parser.add_argument("--ledger-file", type=Path, help="file that holds the address (MATAC_LEDGER_FILE)")
    parser.add_argument("--keys", type=Path, help="file of API keys; access is off without it (MATAC_KEYS_FILE)")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; beyond loopback access must be on")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--workers", type=int, help="processes that answer (MATAC_WORKERS)")
    return parser


def _to_environment(arguments: argparse.Namespace) -> None:
    given = {
        "MATAC_EXTRACT": arguments.extract and arguments.extract.absolute(),
        "MATAC_BUNDLE": arguments.bundle and arguments.bundle.absolute(),
        "MATAC_POLICY": arguments.policy,
        "MATAC_LEDGER": arguments.ledger and ledger_address(argument=arguments.ledger),
        "MATAC_LEDGER_FILE": arguments.ledger_file and arguments.ledger_file.absolute(),
        "MATAC_KEYS_FILE": arguments.keys and arguments.keys.absolute(),
        "MATAC_WORKERS": arguments.workers,
    }
    if arguments.ledger and not arguments.ledger_file:
        os.environ.pop("MATAC_LEDGER_FILE", None)  # an argument comes before the environment
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    # One thread a worker is steady on shared cores; the workers are the parallelism.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))


def _check(settings: Settings, host: str) -> None:
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


def main() -> None:
    """Serve until stopped."""
    arguments = _parser().parse_args()
    set_up_logs()
    with shown_errors("serving"):
        _to_environment(arguments)
        _check(read_settings(), arguments.host)
        read_proxies()
        workers, listener = read_workers(), listen(arguments.host, arguments.port)
        with private_files():  # the workers inherit it
            code = Supervisor(["-m", "serving.worker"], listener, workers=workers, environ=os.environ).run()
    sys.exit(code)


if __name__ == "__main__":
    main()
