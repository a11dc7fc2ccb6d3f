"""The papers as PDF: the same pages, A4, tagged, and byte for byte the same every time."""

from pathlib import Path

import pypdf
import pytest

from matac_ml.bundle import load_bundle
from model_cards import pdf
from model_cards.write import written_as_pdf

pytestmark = pytest.mark.skipif(not pdf.available(), reason=pdf.HELP)
#: Small ones: the bias report alone takes as long as all of these together.
SHORT = ("plain-notice", "covenant", "comparison")


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
