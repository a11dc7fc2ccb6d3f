"""Finds what a command runs when it is called, and says what is missing where it cannot."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    import typer

_CHECKOUT = Path(__file__).parents[2]
#: Extra -> the modules that it brings and a plain installation lacks.
_BROUGHT_BY = {
    "audit": ("sklearn",),
    "link": ("splink",),
    "spreadsheets": ("python_calamine",),
    "casework": ("psycopg", "sqlalchemy"),
    "report": ("matplotlib",),
    "papers": ("weasyprint", "xlsxwriter"),
    "workbook": ("openpyxl", "xlsxwriter"),
    "train": ("fairlearn", "joblib", "mlflow", "optuna", "shap"),
    "serve": ("bentoml", "cachetools", "joserfc", "prometheus_client", "starlette", "uvicorn"),
    "spark": ("pyspark", "sqlglot"),
}
EXTRAS = {module: extra for extra, modules in _BROUGHT_BY.items() for module in modules}
#: Package or module -> the extra that brings everything it needs.
_WHOLE = {"training": "train", "serving": "serve", "matac_ml.cli.identities": "link"}


def from_checkout(where: str, *, wanted_by: str) -> Any:
    """Import ``module:name``; what is no part of the kernel stands beside it in a checkout alone.

    Raises
    ------
    UsageError
        Only the wheel is installed. A package of that name that belongs to somebody else is not imported.
    """
    module, _, name = where.partition(":")
    package = module.partition(".")[0]
    if not (_CHECKOUT / package).is_dir():
        raise UsageError(
            f"{wanted_by} needs the checkout of the project, and only its package is installed here. "
            "Get the source, run `make setup` in its folder, and give the command there as .venv/bin/matac-ml."
        )
    return getattr(importlib.import_module(module), name)


@contextmanager
def find(where: str, *, wanted_by: str) -> "Iterator[typer.Typer]":
    """Give the app of a command to run; while it runs, a library that is missing is named with its extra.

    Parameters
    ----------
    where : str
        ``module:name`` of a Typer app, or of a function that is one command.
    """
    try:
        import typer

        from matac_ml.cli.options import new_app

        found = from_checkout(where, wanted_by=wanted_by)
        if not isinstance(found, typer.Typer):
            found, command = new_app(), found
            found.command()(command)
        yield found
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRAS:
            raise
        named = (where.partition(":")[0], where.partition(".")[0])
        extra = next((_WHOLE[name] for name in named if name in _WHOLE), EXTRAS[missing])
        raise UsageError(
            f"{wanted_by} needs {missing}, which is not installed. Install the extra {extra!r}: "
            f"pip install 'matac-ml[{extra}]'."
        ) from error
