"""``matac-ml approve``: ask for the approval of a release, decide about it as another person, and withdraw it.

With access on, a service scores with a model only while the ledger holds an approval of exactly this release: bundle,
policy, papers and gates. The decision is a board's; this records it.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from matac_ml import clock
from matac_ml.cli.finding import from_checkout
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, new_app
from matac_ml.errors import GateError
from matac_ml.outfile import write_text

app = new_app("Ask for the approval of a release, decide about it as another person, and withdraw it.")

By = Annotated[str, typer.Option(help="Who does it.")]
Why = Annotated[str, typer.Option("--reason", help="Why, and where it is minuted.")]
BundleFolder = Annotated[Path, typer.Option(help="Folder of the bundle; papers and gates stand beside it.")]
ReleaseHash = Annotated[str, typer.Argument(help="Hash of the release, as the request says it.")]
Registry = Annotated[
    str, typer.Option(help="Folder of the run, or address of MLflow's store, that gets tags and alias; none if empty.")
]


@app.command()
def choices(
    file: Annotated[Path, typer.Argument(help="Where the list is written.")],
    bundle: BundleFolder,
) -> None:
    """Write the list of design choices of a run; people add who owns each of them, and why it was made."""
    from matac_ml.approval.choices import choices_template
    from matac_ml.bundle import load_bundle

    facts = load_bundle(bundle).facts
    if facts is None:
        raise GateError("This bundle holds no facts of a run. Train again.")
    if file.exists():
        raise GateError(f"{file} is there already: it is not written over. Name another file.")
    write_text(file, choices_template(facts))
    typer.echo(f"Add an owner and a reason to every choice in {file}, then: matac-ml approve request --choices {file}")


@app.command()
def request(
    bundle: BundleFolder,
    by: By,
    reason: Why,
    decisions: Annotated[Path, typer.Option("--choices", help="The design choices, with owner and reason.")],
    ledger: Url,
    papers: Annotated[Path | None, typer.Option(help="Folder of its papers; beside the bundle when not given.")] = None,
    gates: Annotated[Path | None, typer.Option(help="Its gates file; beside the bundle when not given.")] = None,
) -> None:
    """Ask for the approval of a release: every gate is passed, or waived in its papers by name and reason."""
    from matac_ml.approval.acting import Who, ask
    from matac_ml.approval.choices import read_choices
    from matac_ml.bundle import load_bundle
    from matac_ml.casework import Ledger
    from matac_ml.release import beside, read_release

    usual_papers, usual_gates = beside(bundle)
    release = read_release(load_bundle(bundle), papers=papers or usual_papers, gates=gates or usual_gates)
    made = read_choices(decisions)
    with Ledger.open(ledger) as book:
        entry = ask(book, release, who=Who(by, reason), choices=made)
    typer.echo(f"Asked for: release {release.hash}, entry {entry.number}, head {entry.hash}")
    for gate in release.waivers:
        typer.echo(f"Waiver asked for: {gate.title} ({gate.reason})")
    typer.echo("Another person decides: matac-ml approve grant, matac-ml approve decline, or the board's page.")


@app.command()
def grant(
    release: ReleaseHash,
    by: By,
    reason: Why,
    until: Annotated[datetime, typer.Option(formats=ISO, help="The last day on which it holds: a year at most.")],
    ledger: Url,
    condition: Annotated[list[str] | None, typer.Option(help="Under which it holds. Give it once for each.")] = None,
    registry: Registry = "",
) -> None:
    """Approve a release that another person asked for."""
    from matac_ml.approval.acting import Who, approve
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False) as book:
        entry = approve(book, release, who=Who(by, reason), until=until.date(), conditions=condition or ())
    typer.echo(f"Approved: release {release}, entry {entry.number}, head {entry.hash}")
    _mirror(registry, ledger, release)


@app.command()
def decline(release: ReleaseHash, by: By, reason: Why, ledger: Url) -> None:
    """Decline a request of another person."""
    from matac_ml.approval.acting import Who
    from matac_ml.approval.acting import decline as refuse
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False) as book:
        entry = refuse(book, release, who=Who(by, reason))
    typer.echo(f"Declined: release {release}, entry {entry.number}, head {entry.hash}")


@app.command()
def withdraw(release: ReleaseHash, by: By, reason: Why, ledger: Url, registry: Registry = "") -> None:
    """Withdraw an approval: one person can, and nothing of the release need be on disk."""
    from matac_ml.approval.acting import Who
    from matac_ml.approval.acting import withdraw as retire
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False) as book:
        entry = retire(book, release, who=Who(by, reason))
    typer.echo(f"Withdrawn: release {release}, entry {entry.number}, head {entry.hash}")
    _mirror(registry, ledger)


@app.command()
def mirror(
    ledger: Url,
    registry: Annotated[str, typer.Option(help="Folder of the run, or address of MLflow's store.")],
) -> None:
    """Write what the ledger says today into MLflow's tags, and take the alias from what is not approved any more."""
    _mirror(registry, ledger)


def _mirror(registry: str, ledger: str, champion: str = "") -> None:
    if not registry:
        return
    write = from_checkout("training.registry:mirror_approvals", wanted_by="--registry")
    for line in write(registry, _approvals(ledger), champion=champion):
        typer.echo(line)


def _approvals(ledger: str) -> object:
    from matac_ml.approval.standing import APPROVED, RETIRED, approvals_in
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        return approvals_in(book.entries(kind=(APPROVED, RETIRED)))


@app.command()
def show(ledger: Url) -> None:
    """Every open request and every approval that was not withdrawn."""
    from matac_ml.approval.standing import APPROVED, DECLINED, REQUESTED, RETIRED, approvals_in, open_requests
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        entries = list(book.entries(kind=(REQUESTED, APPROVED, DECLINED, RETIRED)))
    today: date = clock.today()
    waiting, held = open_requests(entries), sorted(approvals_in(entries), key=lambda approval: approval.entry)
    for one in waiting:
        typer.echo(f"Waiting: release {one.hashes.release}, asked for by {one.requested_by}: {one.reason}")
        for gate in one.waivers:
            typer.echo(f"  waiver asked for: {gate.title} ({gate.reason})")
        for choice in one.choices:
            typer.echo(f"  {choice.topic}: {choice.choice}. {choice.owner}: {choice.reason}")
    for approval in held:
        if approval.hashes is None:
            typer.echo(f"Does not count: an approval of the bundle {approval.bundle} alone, of the earliest version.")
            continue
        ended = "" if approval.holds_on(today) else "ENDED. "
        asked = f", asked for by {approval.requested_by}" if approval.requested_by else ""
        typer.echo(f"{ended}Release {approval.hashes.release}, decided by {approval.approved_by}{asked}")
        typer.echo(f"  {approval.text}")
    if not waiting and not held:
        typer.echo("Nothing is asked for and nothing is approved.")
