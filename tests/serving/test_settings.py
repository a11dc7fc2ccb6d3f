"""What the service is told is read whole: every fault at once, and no value of a variable repeated."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from matac_ml.errors import UsageError
from serving.settings import ServiceSettings, read_settings

GOOD = {"MATAC_EXTRACT": "run/extract", "MATAC_LEDGER": "sqlite:///ledger.db"}
WRONG = {
    "MATAC_LEDGER_FILE": "nowhere",
    "MATAC_OIDC_ISSUER": "https://provider.example",
    "MATAC_OIDC_JWKS": "nowhere",
    "MATAC_TRUSTED_PROXIES": "secret.example",
    "MATAC_BODY_LIMIT": "secret",
    "MATAC_TOKEN_HOURS": "-1",
    "MATAC_WORKERS": "65",
    "MATAC_START_SECONDS": "0",
}


def test_every_fault_is_listed_at_once() -> None:
    """Each variable that is missing or wrong has one line that names it and says what is expected."""
    with pytest.raises(UsageError, match="Settings are missing or invalid:") as refused:
        read_settings(WRONG)
    named = [fault.split()[0] for fault in refused.value.faults]
    assert sorted(named) == sorted({*WRONG, "MATAC_EXTRACT", "MATAC_OIDC_AUDIENCE"} - {"MATAC_OIDC_ISSUER"})
    assert "secret" not in str(refused.value)
    assert "MATAC_WORKERS must be a whole number from 1 to 64" in refused.value.faults


def test_an_empty_variable_counts_as_not_set() -> None:
    """As a container's file writes what is not used."""
    empty = dict.fromkeys(("MATAC_BUNDLE", "MATAC_KEYS_FILE", "MATAC_POLICY", "MATAC_PAPERS", "MATAC_BODY_LIMIT"), "")
    assert read_settings({**GOOD, **empty}) == read_settings(GOOD)


def test_what_is_beside_the_bundle_is_found_there() -> None:
    """Papers, gates and the switch stand beside the bundle, or beside the extract without one, unless named."""
    alone, with_bundle = read_settings(GOOD), read_settings({**GOOD, "MATAC_BUNDLE": "release/bundle"})
    assert (alone.papers, alone.matrix_only_file) == (Path("run/papers"), Path("run/extract.matrix-only"))
    assert (with_bundle.gates, with_bundle.matrix_only_file) == (
        Path("release/gates.json"),
        Path("release/bundle.matrix-only"),
    )
    assert read_settings({**GOOD, "MATAC_GATES": "elsewhere.json"}).gates == Path("elsewhere.json")


def test_the_manual_names_what_holds_unless_set() -> None:
    """Every number of the table of settings is the one that is used."""
    page = Path(__file__).parents[2] / "docs" / "service.md"
    rows = re.findall(r"^\| `(MATAC_\w+)` \|.*\| ([\d,]+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    settings = asdict(read_settings(GOOD))
    used = {name: settings[name.removeprefix("MATAC_").lower()] for name, _ in rows}
    assert len(used) >= 7
    assert used == {name: int(number.replace(",", "")) for name, number in rows}
    assert (settings["idle_minutes"], settings["session_hours"]) == (30, 10)
    # What is made without the environment has the same.
    made = ServiceSettings(Path("x"), None, "default", "sqlite://", None, None, Path("y"))
    assert {name: asdict(made)[name.removeprefix("MATAC_").lower()] for name in used} == used


@pytest.mark.parametrize(("number", "is_taken"), [("1", True), ("86400", True), ("86401", False), ("0", False)])
def test_a_number_on_its_limit_is_taken(number: str, is_taken: bool) -> None:
    """A start may take a second, or a day."""
    if is_taken:
        assert read_settings({**GOOD, "MATAC_START_SECONDS": number}).start_seconds == int(number)
    else:
        with pytest.raises(UsageError, match="1 to 86,400"):
            read_settings({**GOOD, "MATAC_START_SECONDS": number})
