"""Write every paper of a run, as HTML for people to look at and Markdown for people to keep under version control."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from matac_ml.facts import RunFacts
from matac_ml.page import STYLE
from model_cards.bias_report import bias_report
from model_cards.model_card import model_card

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Paper:
    """One paper.

    Attributes
    ----------
    name : str
        Of its template and of the files written.
    content : callable
        Facts, and those of the version before, to what the template shows.
    """

    name: str
    title: str
    content: Callable[[RunFacts, RunFacts | None], dict[str, Any]]


PAPERS = (Paper("model-card", "Model card", model_card), Paper("bias-report", "Bias report", bias_report))


def write_papers(facts: RunFacts, folder: Path, previous: RunFacts | None = None) -> list[Path]:
    """Write every paper.

    Parameters
    ----------
    facts : RunFacts
    folder : Path
        Made when absent.
    previous : RunFacts, optional
        The run in force before, for what changed.

    Returns
    -------
    list of Path
        Two files a paper; the same facts give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    common = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
        "undefined": jinja2.StrictUndefined,
    }
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    html = jinja2.Environment(loader=loader, autoescape=True, **common)  # type: ignore[arg-type]
    # Markdown is not interpreted as HTML by us; names in it come from the run's own closed lists.
    plain = jinja2.Environment(loader=loader, autoescape=False, **common)  # type: ignore[arg-type]  # noqa: S701
    written = []
    for paper in PAPERS:
        content = paper.content(facts, previous)
        for suffix, environment in ((".html", html), (".md", plain)):
            path = folder / f"{paper.name}{suffix}"
            text = environment.get_template(f"{paper.name}{suffix}").render(
                title=paper.title, facts=facts, style=STYLE, **content
            )
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written
