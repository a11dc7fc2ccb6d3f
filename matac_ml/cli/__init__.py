"""``matac-ml``: every command of the product, found when it is called.

A command lives in a module of its own, which is imported only when the command runs, so that ``--help`` stays quick and
the kernel imports no sibling: training and serving have their commands here too, and need the checkout. To add one,
write ``matac_ml/cli/NAME.py`` with a function or a Typer app, and name it in ``GROUPS``.
"""

import difflib
import sys
from collections.abc import Sequence

from matac_ml import __version__
from matac_ml.cli.finding import find
from matac_ml.errors import UsageError, shown_errors
from matac_ml.outfile import private_files

#: What the commands are about -> command -> (where it is: ``module:name``, one line of help)
GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Records": {
        "check": ("matac_ml.cli.check:check", "List every bad row of an extract, and report its quality."),
        "import": ("matac_ml.cli.importing:app", "Make an extract of a force's own files, by a mapping."),
        "identities": ("matac_ml.cli.identities:app", "Find people who stand in the records twice; a person decides."),
        "synth": ("matac_ml.cli.synth:synth", "Make up a police force whose truth is known."),
        "describe": ("matac_ml.cli.describe:describe", "Describe an extract for a catalogue of data (Croissant)."),
        "features": ("matac_ml.cli.features:features", "Derive the features that a bundle or catalogue declares."),
        "leakcheck": ("matac_ml.cli.leakcheck:leakcheck", "Show that nothing recorded later moves a feature."),
    },
    "Matrix": {
        "matrix": ("matac_ml.cli.matrix:app", "Score with the RFGV matrix; compare, test and export policies."),
        "harm": ("matac_ml.cli.harm:app", "Read a publisher's harm index; report unmapped codes."),
        "serial": ("matac_ml.cli.serial:serial", "Registers of serial perpetrators and serial victims."),
    },
    "Model": {
        "train": ("training.commands:train", "Fit, compare and audit all contenders, and write the papers."),
        "compare": ("training.commands:compare", "Compare all contenders on your table, or two registered versions."),
        "retrain": ("training.retrain_command:retrain", "Fit again on the newest records, up to the request."),
        "origins": ("training.commands:origins", "Choose a model again at past dates, as it was known then."),
        "audit": ("matac_ml.cli.audit:audit", "Fairness audit of any table of scores and outcomes, or of a run."),
        "card": ("training.commands:card", "Write every paper of a run again."),
        "promote": ("training.commands:promote", "Make an approved run's registered version the champion."),
        "recording": (
            "matac_ml.cli.recording:recording",
            "Whose incidents are missing from the record, by partners' lists.",
        ),
        "model": ("matac_ml.cli.model:app", "Write the whole model as a points table with formulas."),
        "score": ("matac_ml.cli.score:score", "Explained scores of people in an extract, from a bundle."),
        "refresh": ("matac_ml.cli.refresh:refresh", "Everybody's scores, lists and explanations on a new day."),
    },
    "Service": {
        "incident": ("matac_ml.cli.incident:app", "The register of what went wrong, and what was done about it."),
        "watch": ("matac_ml.cli.watch:watch", "Has anything changed since? Alarms, with the action they propose."),
        "inventory": ("matac_ml.cli.inventory:app", "Every version there ever was, and why it was given up."),
        "approve": ("matac_ml.cli.approve:app", "Ask for, grant, decline or withdraw the approval of a release."),
        "shadow": ("serving.shadow_command:shadow", "What a challenger in the shadow would have said differently."),
        "serve": ("serving.command:serve", "Serve an extract and a bundle over HTTP."),
        "key": ("matac_ml.cli.key:app", "Make and hash an API key for the service."),
    },
    "Casework": {
        "list": ("matac_ml.cli.lists:app", "Draw a list for a meeting once; show it, see what moved, rebuild it."),
        "cycle": ("matac_ml.cli.cycle:app", "The MATAC cycle: referral, judgement, cohort, plan, programme, exit."),
        "meeting": ("matac_ml.cli.meeting:app", "Meetings: opened, held, closed, with their minutes."),
        "victims": ("matac_ml.cli.victims:app", "The register of victims, never ranked; support and its actions."),
        "objectives": ("matac_ml.cli.objectives:app", "The five objectives by quarter, small numbers protected."),
        "challenge": ("matac_ml.cli.challenge:app", "A record or a score contested, answered, corrected as of a day."),
        "pack": ("matac_ml.cli.pack:app", "Papers of a meeting: pack, profile, and what a partner is given."),
        "rebuild": ("matac_ml.cli.rebuild:app", "A past list, score, day or paper made again and compared."),
        "ledger": ("matac_ml.cli.ledger:app", "Verify, export, and erase from the append-only ledger."),
    },
}
COMMANDS = {name: where for commands in GROUPS.values() for name, (where, _) in commands.items()}


def _help() -> str:
    lines = [
        "Usage: matac-ml COMMAND [OPTIONS] [ARGUMENTS]",
        "",
        "  Ranks people by police-recorded domestic abuse for a MATAC meeting, and shows why. A person decides.",
    ]
    for group, commands in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:<11}{line}" for name, (_, line) in commands.items())]
    return "\n".join(
        (*lines, "", "Options:", "  --version  Print the version and stop.", "  --help     Show this message.")
    )


def run(name: str, arguments: Sequence[str], *, program: str = "matac-ml") -> None:
    """Run one command; ``program`` is what its help and its errors call the program.

    Raises
    ------
    UsageError
        There is no such command, or this installation lacks what it needs.
    """
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no command {name!r}.{meant} matac-ml --help lists the commands.")
    with find(COMMANDS[name], wanted_by=f"{program} {name}") as app:
        app(args=list(arguments), prog_name=f"{program} {name}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``matac-ml``, whose files are its user's alone; an error meant for the reader ends it without a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    with shown_errors("matac-ml"), private_files():
        if not given or given[0] == "--help":
            print(_help())
        elif given[0] == "--version":
            print(f"matac-ml {__version__}")
        else:
            run(given[0], given[1:])


def renamed(old: str, new: str) -> None:
    """Run a command by its earlier name, ``python -m OLD``, and say on standard error what it is called now."""
    with shown_errors(old), private_files():
        print(f"python -m {old} is now: matac-ml {new}", file=sys.stderr)
        run(new, sys.argv[1:])
