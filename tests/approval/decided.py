"""A release that one person asked for and another approved, as the command line does it."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from matac_ml.approval.acting import Who, approve, ask
from matac_ml.approval.choices import DesignChoice
from matac_ml.bundle import load_bundle
from matac_ml.casework import Entry, Ledger
from matac_ml.clock import today
from matac_ml.release import Release, beside, read_release

REASON = "Minute 7 of the November board."
ANALYST, BOARD = Who("A. Analyst", REASON), Who("The board", REASON)
CHOICES = tuple(
    DesignChoice(topic=topic, choice=choice, owner="The steering group", reason="Agreed when the project began.")
    for topic, choice in (("label", "any crime"), ("window", "six months"), ("threshold", "ten places"))
)


def release_around(bundle: Path) -> Release:
    """The release around a bundle's folder."""
    papers, gates = beside(bundle)
    return read_release(load_bundle(bundle), papers=papers, gates=gates)


def ask_for(bundle: Path, ledger: str, *, who: Who = ANALYST) -> str:
    """Ask for the approval of a release, and return its hash."""
    release = release_around(bundle)
    with Ledger.open(ledger) as book:
        ask(book, release, who=who, choices=CHOICES)
    return release.hash


def decide_for(
    release: str, ledger: str, *, who: Who = BOARD, until: date | None = None, conditions: Sequence[str] = ()
) -> Entry:
    """Approve a release that was asked for, for a month unless told."""
    with Ledger.open(ledger) as book:
        return approve(book, release, who=who, until=until or today() + timedelta(days=30), conditions=conditions)


def approve_release(bundle: Path, ledger: str, *, until: date | None = None) -> str:
    """Ask for and approve a release, and return its hash."""
    release = ask_for(bundle, ledger)
    decide_for(release, ledger, until=until)
    return release
