"""What commands share: how an app is made, the options that several of them take, and what these mean."""

import importlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.records import Extract
    from matac_ml.spec import Feature


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


def as_of_day(extract: "Extract", given: datetime | None) -> date:
    """The day asked for; the day after the extract ends when none is.

    Raises
    ------
    UsageError
        When it lies later: what happened since is not in the extract, and a list without it would mislead.
    """
    latest = extract.cut_off + timedelta(days=1)
    day = given.date() if given else latest
    if day > latest:
        raise UsageError(f"The as-of day must not be after {latest}, the day after the extract ends; got {day}.")
    return day


def declared_features(path: Path | None) -> "tuple[Feature, ...]":
    """Features of a file, or of the checkout's catalogue.

    Raises
    ------
    UsageError
        When no file is given and this is not a checkout.
    """
    from matac_ml.spec import Feature, read_features

    if path is not None:
        return read_features(path)
    try:
        catalogue = importlib.import_module("features").CATALOGUE
    except (ImportError, AttributeError):
        raise UsageError("Outside a checkout, name a bundle's features.json with --features.") from None
    return tuple(feature for feature in catalogue if isinstance(feature, Feature))
