"""One paper: a template of prose in ``papers/``, filled with the published figures of a run."""

from collections.abc import Callable
from pathlib import Path

from matac_ml.facts import RunFacts
from matac_ml.page import Document, write_prose
from model_cards.figures import about, counted, day, period
from model_cards.published import model_type
from model_cards.verdicts import against_matrix, audit_lines, made_up_points, promotion

_TEMPLATES = Path(__file__).parent / "papers"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


#: How templates write values: ``{{ count | about }}``.
FILTERS: dict[str, Callable[..., object]] = {
    "about": about,
    "capital": _capital,
    "counted": counted,
    "day": day,
    "period": period,
    "small": _small,
    "unstopped": lambda text: text.rstrip("."),
}


def fill_paper(name: str, facts: RunFacts, previous: RunFacts | None, **figures: object) -> Document:
    """Fill a template.

    Parameters
    ----------
    name : str
        Of the paper, and of its template.
    facts, previous : RunFacts
        Rounded for publication.
    **figures
        What this template names besides what every paper may name: see docs/papers.md.
    """
    lead, verdict = promotion(facts)
    every = {
        "run": facts,
        "data": facts.data,
        "split": facts.split,
        "policy": facts.policy,
        "k": facts.k,
        "previous": previous,
        "model_type": model_type(facts),
        "lead": lead,
        "verdict": verdict,
        "better": against_matrix(facts),
        "made_up": made_up_points(facts),
        "audited": audit_lines(facts.audit),
    }
    return write_prose(_TEMPLATES / f"{name}.md", every | figures, FILTERS)
