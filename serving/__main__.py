"""``python -m serving``: serve an extract and a bundle on this machine, or, with access on, on a network.

Everything is handed to the workers through the environment, so that ``bentoml serve`` of a built bento is told the same
way. What cannot work is said here, before a worker starts.
"""

import argparse
import os
import sys
from pathlib import Path

from matac_ml.errors import ShownError, UsageError
from serving.settings import is_loopback, read_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m serving", description="Explained scores over HTTP. A person decides."
    )
    parser.add_argument("--extract", type=Path, help="folder of the extract (MATAC_EXTRACT)")
    parser.add_argument("--bundle", type=Path, help="folder of the bundle; without it only the matrix (MATAC_BUNDLE)")
    parser.add_argument("--policy", help="matrix policy to use without a bundle (MATAC_POLICY)")
    parser.add_argument("--ledger", help="address of the ledger, such as sqlite:///ledger.db (MATAC_LEDGER)")
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
        "MATAC_LEDGER": arguments.ledger,
        "MATAC_KEYS_FILE": arguments.keys and arguments.keys.absolute(),
        "MATAC_WORKERS": arguments.workers,
    }
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    # One thread a worker is steady on shared cores; the workers are the parallelism.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _check(host: str) -> None:
    settings = read_settings()
    if not settings.access_is_on and not is_loopback(host):
        raise UsageError(
            f"Access may be off on this machine's own address only, got {host}. Make keys with matac-ml key make and "
            "name their file with --keys, or name an identity provider (docs/service.md)."
        )
    if not settings.extract.is_dir():
        raise UsageError(f"The extract must be a folder of records; none is at {settings.extract}.")


def main() -> None:
    """Serve until stopped."""
    arguments = _parser().parse_args()
    _to_environment(arguments)
    try:
        _check(arguments.host)
    except ShownError as error:
        print(f"serving: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    root = str(Path(__file__).resolve().parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "bentoml", "serve", "serving.service:MatacService", "--working-dir", root]
    # The process becomes BentoML's: signals and exit codes are its own.
    os.execv(sys.executable, [*command, "--host", arguments.host, "--port", str(arguments.port)])  # noqa: S606


if __name__ == "__main__":
    main()
