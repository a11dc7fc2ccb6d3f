"""``matac-ml``: what an analyst, policy officer or auditor does with an extract, a policy or a bundle.

Each command lives in a module of its own and is imported only when it is called, so ``--help`` stays quick. To add one,
write ``matac_ml/cli/NAME.py`` with a Typer object named ``app`` and name it in ``COMMANDS``.
"""

import importlib

import typer
import typer.main
from typer._click.core import Command, Context
from typer._click.formatting import HelpFormatter

from matac_ml import __version__
from matac_ml.errors import shown_errors
from matac_ml.outfile import private_files

#: command -> (module below ``matac_ml.cli``, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "List every bad row of an extract, and report its quality."),
    "synth": ("synth", "Make up a police force whose truth is known."),
    "features": ("features", "Derive the as-of features that a bundle or catalogue file declares."),
    "leakcheck": ("leakcheck", "Show that nothing recorded on or after a date moves a feature of that date."),
    "matrix": ("matrix", "Score with the RFGV matrix; compare, test and export policies."),
    "harm": ("harm", "Read a publisher's harm index; report unmapped codes."),
    "serial": ("serial", "Registers of serial perpetrators and serial victims as of a date."),
    "score": ("score", "Explained scores of people in an extract, from a bundle."),
    "audit": ("audit", "Fairness audit of any table of scores and outcomes."),
    "cycle": ("cycle", "The MATAC cycle: referral, judgement, cohort, plan, programme, exit."),
    "ledger": ("ledger", "Verify, export, and erase from the append-only ledger."),
    "key": ("key", "Make and hash an API key for the service."),
}


class _LazyCommands(typer.core.TyperGroup):
    """A group that imports a command's module when the command is first asked for."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"matac_ml.cli.{COMMANDS[cmd_name][0]}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = typer.Typer(
    cls=_LazyCommands, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"matac-ml {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", callback=_print_version),
) -> None:
    """Ranks people by police-recorded domestic abuse for a MATAC meeting, and shows why. A person decides."""


def main(arguments: list[str] | None = None) -> None:
    """Run ``matac-ml``, whose files are its user's alone; an error meant for the reader ends it without a traceback."""
    with shown_errors("matac-ml"), private_files():
        app(args=arguments, prog_name="matac-ml")
