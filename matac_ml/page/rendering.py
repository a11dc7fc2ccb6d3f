"""From a template and its facts to a page: a misspelt name fails, and what comes from data is escaped."""

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

#: The one style sheet.
STYLE = Markup((Path(__file__).parent / "style.css").read_text(encoding="utf-8"))  # noqa: S704 (our own file)


def render(template: Path, **content: Any) -> str:
    """Fill one HTML template of ours; it may use ``{{ style }}``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(template.name).render(style=STYLE, **content)
