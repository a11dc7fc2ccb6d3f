"""The papers as PDF: the same pages, A4, tagged, and byte for byte the same every time."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from matac_ml.bundle import load_bundle
from matac_ml.page import pdf
from tests.model_cards.as_pdf import written_as_pdf
from tests.proving import in_prove

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not pdf.available(), reason=pdf.HELP)
#: Small ones: the bias report alone takes as long as all of these together.
SHORT = ("plain-notice", "covenant", "comparison")
#: Letters, what could be a ligature, code and marks of lists.
PAGE = """<!doctype html><html lang="en-GB"><head><title>A page</title>
<meta name="dcterms.created" content="2025-01-01"></head>
<body><h1>Heddlu Gŵent ≥ 5 → a finding of the office</h1><p><b>Bold</b>, <code>code_of</code></p>
<ul><li>one<ul><li>two</li></ul></li></ul></body></html>"""
#: The same with letters that our own fonts do not have.
OTHERS_TOO = PAGE.replace("Bold", "中文 😀")
#: WeasyPrint with or without HarfBuzz's library that cuts fonts down, as it finds the machine.
PRINTED = """
import sys
from pathlib import Path
import weasyprint.pdf.fonts
if sys.argv[2] == "without":
    weasyprint.pdf.fonts.harfbuzz_subset = None
from matac_ml.page.pdf import write_pdf
write_pdf(Path(sys.argv[1]).with_suffix(".html").read_text(encoding="utf-8"), Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def written(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three papers."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    return written_as_pdf(facts, tmp_path_factory.mktemp("pdf"), names=SHORT)


def test_pages_are_a4_tagged_and_in_a_language(written: list[Path]) -> None:
    """A title, a language, a structure for screen readers, and no page of another size."""
    for path in written:
        read = pypdf.PdfReader(path)
        assert read.metadata is not None
        assert read.metadata.title
        assert read.trailer["/Root"]["/Lang"] == "en-GB"
        assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in read.pages} == {(595, 842)}


def test_what_a_board_decides_by_is_on_the_first_page(small_run: Path, tmp_path: Path) -> None:
    """A box that is longer than a page begins on the first page and not on the second."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    card = written_as_pdf(facts, tmp_path, names=["model-card"])[0]
    first = " ".join(pypdf.PdfReader(card).pages[0].extract_text().split())
    for said in ("Is it better than the matrix?", "Are its probabilities right?", "What is not known"):
        assert said in first


def test_the_notice_fits_one_page(written: list[Path]) -> None:
    """One page, to its last sentence."""
    pages = pypdf.PdfReader(next(p for p in written if p.stem == "plain-notice")).pages
    assert len(pages) == 1
    assert "No fact of the run fills these" in " ".join(pages[0].extract_text().split())


def test_the_same_facts_give_the_same_bytes(small_run: Path, written: list[Path], tmp_path: Path) -> None:
    """Written again, with no clock inside: the date of a paper is that of its records."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    for first, again in zip(written, written_as_pdf(facts, tmp_path, names=SHORT), strict=True):
        assert first.read_bytes() == again.read_bytes()
    created = pypdf.PdfReader(written[0]).metadata
    assert created is not None
    assert f"{facts.data.cut_off:%Y%m%d}" in str(created["/CreationDate"])


def _printed(page: str, folder: Path, *, subsetter: str, **environment: str) -> str:
    """The hash of the page as a new process writes it."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    command = [sys.executable, "-c", PRINTED, str(folder / "page.pdf"), subsetter]
    subprocess.run(command, check=True, env={**os.environ, **environment}, cwd=ROOT, capture_output=True)
    return hashlib.sha256((folder / "page.pdf").read_bytes()).hexdigest()


@pytest.mark.parametrize("page", in_prove([PAGE, OTHERS_TOO], but=[OTHERS_TOO]), ids=["letters of ours", "others too"])
def test_the_bytes_depend_on_no_library_font_or_clock_of_the_machine(page: str, tmp_path: Path) -> None:
    """With and without HarfBuzz's subsetter, with all fonts of the machine and with none, in another time zone."""
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>", encoding="utf-8")
    first = _printed(page, tmp_path, subsetter="with")
    assert _printed(page, tmp_path, subsetter="without", TZ="Pacific/Auckland") == first
    assert _printed(page, tmp_path, subsetter="without", FONTCONFIG_FILE=str(empty), SOURCE_DATE_EPOCH="9") == first


def test_text_can_be_copied_and_searched(tmp_path: Path) -> None:
    """Every letter comes back as it was written, also where a font would join two of them."""
    text = pypdf.PdfReader(pdf.write_pdf(PAGE, tmp_path / "page.pdf")).pages[0].extract_text()
    assert "Heddlu Gŵent ≥ 5 → a finding of the office" in " ".join(text.split())
    assert "code_of" in text


def test_the_fonts_of_the_machine_come_back_after_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing a page leaves the environment as it was, whether a configuration of fonts was set or not."""
    for value in ("/somewhere/fonts.conf", None):
        if value is None:
            monkeypatch.delenv("FONTCONFIG_FILE")
        else:
            monkeypatch.setenv("FONTCONFIG_FILE", value)
        pdf.write_pdf(PAGE, tmp_path / "page.pdf")
        assert os.environ.get("FONTCONFIG_FILE") == value
