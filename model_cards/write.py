"""Write every paper of a run: HTML to look at, Markdown to keep under version control, PDF to hand round."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from matac_ml.errors import UsageError
from matac_ml.facts import RunFacts
from matac_ml.gates import Waiver, as_waived
from matac_ml.manifest import MANIFEST
from matac_ml.page import Document, as_html, as_markdown, pdf
from matac_ml.release import seal_papers
from model_cards.atrs import atrs, atrs_data
from model_cards.bias_files import FILES, bias_files
from model_cards.bias_report import bias_report
from model_cards.comparison import comparison
from model_cards.consistency import check_consistency
from model_cards.data_sheet import data_sheet
from model_cards.model_card import model_card
from model_cards.paper import fill_paper
from model_cards.public_papers import eia_annex, plain_notice
from model_cards.published import published

_Figures = Callable[[RunFacts, RunFacts | None], Mapping[str, object]]


def _none(_: RunFacts, __: RunFacts | None) -> dict[str, object]:
    return {}


#: Every paper, the index first, and what works out the figures that its template names, from rounded facts.
_FIGURES: dict[str, _Figures] = {
    "index": lambda _, __: {"files": FILES},
    "model-card": model_card,
    "bias-report": bias_report,
    "comparison": comparison,
    "data-sheet": data_sheet,
    "atrs": atrs,
    "algo-care": _none,
    "covenant": _none,
    "dpia-annex": _none,
    "eia-annex": eia_annex,
    "plain-notice": plain_notice,
}
PAPERS = tuple(_FIGURES)
#: Papers that must fit one page of A4.
_ONE_PAGE = ("plain-notice",)


def write_paper(
    name: str, facts: RunFacts, previous: RunFacts | None = None, *, waivers: Sequence[Waiver] = ()
) -> Document:
    """One paper, from rounded figures alone whatever it is given: facts of a run, and of the version before."""
    run, before = published(facts, previous), None if previous is None else published(previous)
    figures = _FIGURES[name](run, before)
    return fill_paper(name, run, before, waivers=as_waived(run.gates, waivers), **figures)


def write_papers(
    facts: RunFacts,
    folder: Path,
    previous: RunFacts | None = None,
    *,
    as_pdf: bool = True,
    say: Callable[[str], None] = lambda line: None,
    bundle: str = "",
    waivers: Sequence[Waiver] = (),
) -> list[Path]:
    """Write every paper, and the manifest that names their bytes.

    Parameters
    ----------
    facts : RunFacts
    folder : Path
        Made when absent.
    previous : RunFacts, optional
        The run in force before, for what changed.
    as_pdf : bool
        Whether to write PDF too, where this machine can.
    say : callable
        Told once when it cannot, and what to install.
    bundle : str
        Hash of the bundle that holds the facts; papers without it cannot be part of a release.
    waivers : sequence of Waiver
        Those that are asked for: the card and the index show them, and the release that these papers belong to has no
        others.

    Returns
    -------
    list of Path
        In the order written; the same facts give the same bytes. Where few people differ from the version before, the
        tables by group are not written. The manifest is the last file to be written.

    Raises
    ------
    UsageError
        When the folder holds files that are not papers; nothing is written.
    InvariantError
        When a published figure does not follow from its counts; then nothing is written.
    """
    check_consistency(facts)
    run = published(facts, previous)
    before = None if previous is None else published(previous)
    documents = {name: write_paper(name, run, before, waivers=waivers) for name in PAPERS}
    if as_pdf and not pdf.available():
        say(pdf.HELP)
        as_pdf = False
    _make_room(folder, documents)
    written = [path for name, paper in documents.items() for path in _write(name, paper, run, folder, as_pdf=as_pdf)]
    record = json.dumps(atrs_data(run, before), indent=2, ensure_ascii=False)
    written.append(_text(folder / "atrs.json", f"{record}\n"))
    tables = {} if run.audit is None or run.refused else bias_files(run.audit)
    written += [_text(folder / name, text) for name, text in tables.items()]
    seal_papers(folder, written, bundle=bundle, waivers=waivers)
    return written


def _make_room(folder: Path, names: Collection[str]) -> None:
    """Remove earlier papers: what is left of them would not be in the manifest, and the service would serve none."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = {*FILES, MANIFEST, *(f"{name}{suffix}" for name in names for suffix in (".html", ".md", ".pdf", ".json"))}
    others = sum(path.name not in ours for path in folder.iterdir())
    if others:
        entries = "1 other entry" if others == 1 else f"{others} other entries"
        raise UsageError(
            f"The folder for the papers must be empty or hold earlier papers, and it holds {entries}. "
            "Name another folder, or move them away."
        )
    for path in folder.iterdir():
        path.unlink()


def _write(name: str, document: Document, facts: RunFacts, folder: Path, *, as_pdf: bool) -> list[Path]:
    written = [
        _text(folder / f"{name}.html", _html(name, document, facts, suffix=".html")),
        _text(folder / f"{name}.md", as_markdown(document)),
    ]
    return [*written, _pdf(name, document, facts, folder)] if as_pdf else written


def _pdf(name: str, document: Document, facts: RunFacts, folder: Path) -> Path:
    return pdf.write_pdf(_html(name, document, facts, suffix=".pdf"), folder / f"{name}.pdf")


def _html(name: str, document: Document, facts: RunFacts, *, suffix: str) -> str:
    return as_html(
        document,
        suffix=suffix,
        tab=f"{document.title}: {facts.name}, {facts.data.force or 'an extract'}",
        description=f"{document.title} of the run {facts.name}, written from its facts",
        written=facts.data.cut_off,
        one_page=name in _ONE_PAGE,
    )


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
