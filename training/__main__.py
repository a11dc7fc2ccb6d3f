"""``python -m training``: the earlier names of ``matac-ml train`` and its neighbours, with the same arguments."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.audit_shown import show_run
from matac_ml.cli.options import new_app
from matac_ml.errors import shown_errors
from matac_ml.outfile import private_files
from training import commands

#: Earlier name -> what to give now.
NOW = {
    "train": "train",
    "features": "train --features-only",
    "audit": "audit --run FOLDER",
    "card": "card",
    "promote": "promote",
    "compare": "compare",
}
app = new_app(__doc__)
for command in (commands.train, commands.features, commands.card, commands.promote, commands.compare):
    app.command()(command)


@app.command()
def audit(out: Annotated[Path, typer.Option(help="Folder of a run.")] = commands.RUN) -> None:
    """Print the audit of a run: every line with its verdict."""
    show_run(out)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command under its earlier name, and say on standard error what it is called now."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with shown_errors("training"), private_files():
        if given and given[0] in NOW:
            print(f"python -m training {given[0]} is now: matac-ml {NOW[given[0]]}", file=sys.stderr)
        app(args=given, prog_name="python -m training")


if __name__ == "__main__":
    main()
