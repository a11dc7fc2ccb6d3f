"""Write every paper of a run: HTML to look at, Markdown to keep under version control, PDF to hand round."""

import json
from collections.abc import Callable, Collection
from pathlib import Path

import jinja2
from markupsafe import Markup

from matac_ml.errors import UsageError
from matac_ml.facts import RunFacts
from matac_ml.manifest import MANIFEST
from matac_ml.page import STYLE
from matac_ml.release import seal_papers
from model_cards import pdf
from model_cards.annexes import dpia_annex, eia_annex
from model_cards.atrs import atrs
from model_cards.bias_files import FILES, bias_files
from model_cards.bias_report import bias_report
from model_cards.checklists import algo_care, covenant
from model_cards.comparison import comparison
from model_cards.consistency import check_consistency
from model_cards.data_sheet import data_sheet
from model_cards.document import Block, Document, Heading, Paragraph, Table, inlines
from model_cards.figures import day
from model_cards.index import index
from model_cards.markdown import as_markdown
from model_cards.model_card import model_card
from model_cards.plain_notice import plain_notice
from model_cards.published import model_type, published

_TEMPLATES = Path(__file__).parent / "templates"
_PRINT = Markup((_TEMPLATES / "print.css").read_text(encoding="utf-8"))  # noqa: S704 (our own file)

_Paper = Callable[[RunFacts, RunFacts | None], Document]
_PAPERS: dict[str, _Paper] = {
    "model-card": model_card,
    "bias-report": bias_report,
    "comparison": comparison,
    "data-sheet": data_sheet,
    "atrs": atrs,
    "algo-care": algo_care,
    "covenant": covenant,
    "dpia-annex": dpia_annex,
    "eia-annex": eia_annex,
    "plain-notice": plain_notice,
}


def _of_published(paper: _Paper) -> _Paper:
    """A paper that sees rounded figures alone, whatever it is given."""

    def written(facts: RunFacts, previous: RunFacts | None) -> Document:
        return paper(published(facts, previous), None if previous is None else published(previous))

    return written


#: Every paper by name: from the facts of a run and those of the version before.
PAPERS: dict[str, _Paper] = {name: _of_published(paper) for name, paper in _PAPERS.items()}


def write_papers(
    facts: RunFacts,
    folder: Path,
    previous: RunFacts | None = None,
    *,
    as_pdf: bool = True,
    say: Callable[[str], None] = lambda line: None,
    bundle: str = "",
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
    documents = [paper(run, before) for paper in PAPERS.values()]
    documents = [index(run, before, documents), *documents]
    if as_pdf and not pdf.available():
        say(pdf.HELP)
        as_pdf = False
    _make_room(folder, {document.name for document in documents})
    written = [path for document in documents for path in _write(document, run, folder, as_pdf=as_pdf)]
    tables = {} if run.audit is None or run.refused else bias_files(run.audit)
    written += [_text(folder / name, text) for name, text in tables.items()]
    seal_papers(folder, written, bundle=bundle)
    return written


def _make_room(folder: Path, names: Collection[str]) -> None:
    """Remove earlier papers: what is left of them would not be in the manifest, and the service would serve none."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = {*FILES, MANIFEST, *(f"{name}{suffix}" for name in names for suffix in (".html", ".md", ".pdf", ".json"))}
    others = sum(path.name not in ours for path in folder.iterdir())
    if others:
        raise UsageError(
            f"The folder for the papers must be empty or hold earlier papers, and it holds {others} other "
            f"{'entry' if others == 1 else 'entries'}. Name another folder, or move them away."
        )
    for path in folder.iterdir():
        path.unlink()


def written_as_pdf(
    facts: RunFacts, folder: Path, previous: RunFacts | None = None, *, names: Collection[str]
) -> list[Path]:
    """Write some papers as PDF alone, for example the one that is handed round.

    Raises
    ------
    UsageError
        Where this machine cannot, with what to install.
    """
    folder.mkdir(parents=True, exist_ok=True)
    check_consistency(facts)
    run = published(facts, previous)
    return [_pdf(PAPERS[name](run, previous), run, folder) for name in names]


def _pdf(document: Document, facts: RunFacts, folder: Path) -> Path:
    before, after = _around(document, facts)
    html = as_html(document, facts, before=before, after=after, suffix=".pdf")
    return pdf.write_pdf(html, folder / f"{document.name}.pdf")


def _around(document: Document, facts: RunFacts) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands before the box, and after it."""
    return _before(facts, warned=document.warned), (*document.blocks, *(_versions(facts) if document.versions else ()))


def _write(document: Document, facts: RunFacts, folder: Path, *, as_pdf: bool) -> list[Path]:
    before, after = _around(document, facts)
    blocks = (*before, *document.short, *after)
    written = [
        _text(folder / f"{document.name}.html", as_html(document, facts, before=before, after=after, suffix=".html")),
        _text(folder / f"{document.name}.md", as_markdown(document, blocks)),
    ]
    if document.data is not None:
        text = json.dumps(document.data, indent=2, ensure_ascii=False) + "\n"
        written.append(_text(folder / f"{document.name}.json", text))
    if as_pdf:
        written.append(_pdf(document, facts, folder))
    return written


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def as_html(
    document: Document, facts: RunFacts, *, before: tuple[Block, ...], after: tuple[Block, ...], suffix: str
) -> str:
    """One page; ``suffix`` is that of the papers it links to."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    text = environment.get_template("paper.html").render(
        document=document,
        facts=facts,
        before=before,
        after=after,
        suffix=suffix,
        inlines=inlines,
        unbroken=_unbroken,
        style=STYLE,
        print_style=_PRINT,
    )
    return text + "\n"


def _unbroken(text: str) -> str:
    """A figure whose interval is not broken over two lines."""
    value, bracket, interval = text.partition(" (")
    return f"{value} ({interval.replace(' ', chr(160))}" if bracket else text


def _before(facts: RunFacts, *, warned: bool) -> tuple[Block, ...]:
    data = f"{facts.data.force or 'An extract'}, records to {day(facts.data.cut_off)}"
    run = f"{data} · run {facts.name} · matac-ml {facts.package}"
    blocks: list[Block] = [Paragraph(run)]
    if facts.data.description:
        blocks.append(Paragraph(facts.data.description))
    warnings = facts.warnings if warned else ()
    return (*blocks, *(Paragraph(line, "Read this first.", warn=True) for line in warnings))


def _versions(facts: RunFacts) -> tuple[Block, ...]:
    policy = facts.policy
    rows = (
        *((("Type of model", kind),) if (kind := model_type(facts)) else ()),
        ("Policy", f"{policy.name} {policy.version}, SHA-256 {policy.sha256[:16]}. {policy.label}"),
        ("Harm index", policy.harm_index),
        ("Data", f"SHA-256 {facts.data.data_hash[:16]}"),
        ("Recipe", f"SHA-256 {facts.recipe_sha256[:16]}, seed {facts.seed}"),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in facts.libraries.items())),
    )
    return Heading("Versions"), Table("What this paper was written from", ("What", "Version"), rows)
