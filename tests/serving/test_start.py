"""A service that cannot start says so once, says what to do, and ends with the exit code of what is wrong."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.proving import in_prove
from tests.serving.running import ROOT, environment, free_port

#: What is wrong -> (arguments or settings in place of good ones, exit code, words that are said).
CANNOT: dict[str, tuple[dict[str, Any], int, str]] = {
    "a policy that is none": ({"policy": "no-such-policy"}, 4, "no-such-policy"),
    "a policy with a fault": ({"policy": "{tmp}/bad.yaml"}, 4, "bad.yaml"),
    "a bundle that is not there": ({"bundle": "{tmp}/nowhere"}, 6, "bundle must be a folder"),
    "an extract that is not there": ({"extract": "{tmp}/nowhere"}, 3, "extract must be a folder"),
    "an extract without tables": ({"extract": "{tmp}/empty"}, 3, "incidents"),
    "an extract with a bad row": ({"extract": "{tmp}/bad-extract"}, 3, "recorded_on"),
    "a ledger nobody can make": ({"ledger": "sqlite:////no-such-folder/ledger.db"}, 7, "could not be made"),
    "a ledger of another kind": ({"ledger": "mysql://localhost/ledger"}, 7, "must be sqlite"),
    "a database that does not answer": ({"ledger": "postgresql://nobody@127.0.0.1:1/ledger"}, 7, "could not be opened"),
    "a file that is no ledger": ({"ledger": "sqlite:///{tmp}/bad.yaml"}, 7, "is not a ledger"),
    "a password in an argument": ({"ledger": "postgresql://a:secret@127.0.0.1:1/ledger"}, 2, "MATAC_LEDGER_FILE"),
    "a key's password in the query": (
        {"ledger": "postgresql://127.0.0.1:1/ledger?sslkey=k&sslpassword=secret"},
        2,
        "MATAC_LEDGER_FILE",
    ),
    "a password in the query": ({"ledger": "postgresql://127.0.0.1:1/ledger?password=secret"}, 2, "MATAC_LEDGER_FILE"),
    "keys that are not there": ({"keys": "{tmp}/nowhere.yaml"}, 2, "key make"),
    "keys with a fault": ({"keys": "{tmp}/bad.yaml"}, 2, "bad.yaml"),
    "keys that are no text": ({"keys": "{tmp}/binary"}, 2, "binary"),
    "a host that is another machine's": ({"host": "192.0.2.1", "keys": "{tmp}/keys.yaml"}, 2, "cannot listen"),
    "a host that is no address": ({"host": "no such host", "keys": "{tmp}/keys.yaml"}, 2, "--host"),
    "a network without access": ({"host": "0.0.0.0"}, 2, "Access may be off"),
    "a port that is none": ({"port": "70000"}, 2, "1 to 65535"),
    "no worker": ({"workers": "0"}, 2, "MATAC_WORKERS"),
    "workers in words": ({"MATAC_WORKERS": "two"}, 2, "MATAC_WORKERS"),
    "a proxy by name": ({"MATAC_TRUSTED_PROXIES": "proxy.example"}, 2, "MATAC_TRUSTED_PROXIES"),
    "keys of a provider that are not there": (
        {"MATAC_OIDC_ISSUER": "https://x.example", "MATAC_OIDC_AUDIENCE": "m", "MATAC_OIDC_JWKS": "{tmp}/nowhere"},
        2,
        "MATAC_OIDC_JWKS",
    ),
    "keys of a provider without a key set": (
        {"MATAC_OIDC_ISSUER": "https://x.example", "MATAC_OIDC_AUDIENCE": "m", "MATAC_OIDC_JWKS": "{tmp}/no-keys"},
        2,
        "MATAC_OIDC_JWKS",
    ),
    "a start in no time": ({"MATAC_START_SECONDS": "0"}, 2, "MATAC_START_SECONDS"),
    "a start that takes too long": ({"MATAC_START_SECONDS": "1"}, 1, "was not ready after 1 seconds"),
    "a toolkit that is not there": ({"MATAC_TOOLKIT": "{tmp}/nowhere"}, 4, "nowhere"),
    "a ledger file of two addresses": ({"ledger": None, "MATAC_LEDGER_FILE": "{tmp}/two"}, 2, "a file of one line"),
    "a ledger file that is not there": ({"ledger": None, "MATAC_LEDGER_FILE": "{tmp}/no"}, 2, "MATAC_LEDGER_FILE"),
}


@pytest.fixture
def tmp(tmp_path: Path) -> Path:
    """A folder of things that are not what they should be."""
    (tmp_path / "bad.yaml").write_text("- name: 1\n  colour: red\n")
    (tmp_path / "keys.yaml").write_text("[]\n")
    (tmp_path / "two").write_text("sqlite:///ledger.db\npostgresql://a:secret@127.0.0.1:1/ledger\n")
    (tmp_path / "no-keys").write_text('{"keys": []}')
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "empty").mkdir()
    bad = tmp_path / "bad-extract"
    bad.mkdir()
    (bad / "incidents.csv").write_text("incident_id,occurred_on,recorded_on,is_crime\nI1,2025-01-03,yesterday,true\n")
    (bad / "involvements.csv").write_text("incident_id,person_id,role\nI1,P1,suspect\n")
    (bad / "people.csv").write_text("person_id,birth_date\nP1,1985-05-05\n")
    return tmp_path


def started(made_up: Path, tmp: Path, told: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """What became of a start with these settings; it must end by itself."""
    arguments = {
        "extract": str(made_up / "extract"),
        "bundle": str(made_up / "bundle"),
        "ledger": f"sqlite:///{tmp / 'ledger.db'}",
        "port": str(free_port()),
    }
    told = {name: value.replace("{tmp}", str(tmp)) if value else value for name, value in told.items()}
    arguments |= {name: value for name, value in told.items() if name.islower()}
    words = [word for name, value in arguments.items() if value for word in (f"--{name}", value)]
    settings = {name: value for name, value in told.items() if name.isupper()}
    return subprocess.run(
        [sys.executable, "-m", "matac_ml", "serve", *words],
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


#: One of each exit code, of what the service finds before it starts a worker and of what a worker finds.
TRIED = (
    "a policy with a fault",
    "a bundle that is not there",
    "an extract with a bad row",
    "a database that does not answer",
    "a password in the query",
    "keys with a fault",
    "a start that takes too long",
)


@pytest.mark.parametrize("name", in_prove(CANNOT, but=TRIED))
def test_what_cannot_start_ends_with_its_exit_code(made_up: Path, tmp: Path, name: str) -> None:
    """The reason comes once, without a traceback or a password, and the exit code says of which kind it is."""
    told, code, words = CANNOT[name]
    ended = started(made_up, tmp, told)
    assert ended.returncode == code, ended.stderr
    said = [line for line in ended.stderr.splitlines() if line.startswith(("matac-ml: ", "serving: "))]
    assert len(said) == 1, ended.stderr
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_a_port_that_is_taken_is_said(made_up: Path, tmp: Path) -> None:
    """Another program listens there: the service ends at once and touches no ledger."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ended = started(made_up, tmp, {"port": str(other.getsockname()[1])})
    assert (ended.returncode, ended.stderr.count("cannot listen")) == (2, 1)
    assert not (tmp / "ledger.db").exists()


def test_two_workers_that_cannot_start_say_so_once(made_up: Path, tmp: Path) -> None:
    """With several workers one reason is printed, not one for each."""
    ended = started(made_up, tmp, {"policy": "no-such-policy", "workers": "3"})
    assert (ended.returncode, ended.stderr.count("no-such-policy")) == (4, 1)


#: A worker that says why it cannot start and is gone within one look of its parent, and one that is killed as it says.
GONE = "import os, sys; os.write(int(sys.argv[2]), {said!r}); os._exit(4)"
PARENT = """
import os, sys
from serving.server.supervisor import Supervisor, listen
sys.exit(Supervisor(["-c", sys.argv[2]], listen("127.0.0.1", int(sys.argv[1])), workers=2, environ=os.environ).run())
"""


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (b'{"code": 4, "message": "The policy cannot be used."}\n', 4, "serving: The policy cannot be used."),
        (b'{"code": 4, "mess', 1, "without saying why (exit code 4)"),
        (b"", 1, "without saying why (exit code 4)"),
    ],
)
def test_what_a_worker_says_as_it_ends_is_not_lost(said: bytes, code: int, words: str) -> None:
    """A worker that fails at once is heard as one that fails slowly; half a report is none."""
    command = [sys.executable, "-c", PARENT, str(free_port()), GONE.format(said=said)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr.count(words)) == (code, 1), ended.stderr
