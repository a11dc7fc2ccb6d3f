"""The table of what can be done where names every form of the pages, and commands and addresses that there are."""

import re

import pytest
import typer

from matac_ml.cli import GROUPS
from matac_ml.cli.finding import from_checkout
from serving.endpoints import ENDPOINTS
from serving.pages import PAGES
from serving.pages.casework.meeting import ACTS
from tests.test_habits import ROOT

#: Forms that do nothing about casework: who is there, and for what.
_ABOUT_THE_SESSION = {"POST /sign-in", "POST /sign-out", "POST /purpose"}
#: Columns of the table that may say that there is nothing, and why.
_NOTHING = re.compile(r"none: \w[^|]{15,}")


def rows() -> list[tuple[str, str, str, str]]:
    """The table: what, form, commands, addresses."""
    text = (ROOT / "docs/same-everywhere.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and "`POST /" in line.split("|")[2]]
    found = []
    for line in lines:
        what, form, command, address = (cell.strip() for cell in line.strip("|").split("|"))
        found.append((what, form, command, address))
    return found


ROWS = rows()


def quoted(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_form_of_the_pages_has_a_row() -> None:
    """And every act of a meeting; no row names a form that is gone."""
    forms = {page.address for page in PAGES if page.method == "POST"} - _ABOUT_THE_SESSION
    assert {address for _, form, _, _ in ROWS for address in quoted(form)} == forms
    acts = [form.partition("`POST /meetings/act` ")[2].split(", ") for _, form, _, _ in ROWS if "/meetings/act" in form]
    assert sorted(word for words in acts for word in words) == sorted(ACTS)


@pytest.mark.parametrize("row", ROWS, ids=[what for what, *_ in ROWS])
def test_commands_and_addresses_of_a_row_are_there(row: tuple[str, str, str, str]) -> None:
    """Whatever has none says why."""
    _, _, command, address = row
    assert quoted(command) or _NOTHING.fullmatch(command)
    assert quoted(address) or _NOTHING.fullmatch(address)
    assert {*quoted(address)} <= {endpoint.address for endpoint in ENDPOINTS}
    for words in quoted(command):
        group, _, name = words.partition(" ")
        (where,) = [known[group][0] for known in GROUPS.values() if group in known]
        found = from_checkout(where, wanted_by=group)
        if name:
            assert name in getattr(typer.main.get_command(found), "commands", {}), words


def test_what_has_no_other_way_does_not_grow_unseen() -> None:
    """Three rows say none, each with its reason."""
    assert sum("none: " in cell for row in ROWS for cell in row) == 3
