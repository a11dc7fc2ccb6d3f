"""What commands share: how an app is made, and the options that several of them take."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def new_app(text: str | None = None) -> typer.Typer:
    """An app in the one style of all commands: plain help, no traceback for a user, no shell completion."""
    return typer.Typer(
        help=text,
        no_args_is_help=text is not None,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )


ISO = ["%Y-%m-%d"]
ExtractFolder = Annotated[Path, typer.Argument(help="Folder of records.")]
PolicyName = Annotated[str, typer.Option("--policy", help="Matrix policy: a shipped name or a YAML file.")]
HarmName = Annotated[str, typer.Option("--harm", help="Harm index: a shipped name or a file.")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=ISO, help="As-of date; the day after the extract ends when not given."),
]
FeaturesFile = Annotated[
    Path | None, typer.Option("--features", help="features.json of a bundle; the checkout's catalogue when not given.")
]
HARM_INDEX = "cchi-2026-medians"
