"""The same pages as PDF, by WeasyPrint: tagged for screen readers, with fonts of its own, the same bytes every time.

WeasyPrint lays text out with Pango, a library of the system. Where it is missing no PDF is written, and the reader is
told once what to install; HTML and Markdown do not need it. The bytes depend neither on the fonts of a machine nor on
which library is there to cut fonts down: they are cut down here, and no other font is looked for.
"""

import contextlib
import io
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from matac_ml.errors import UsageError

_ONE_AT_A_TIME = threading.Lock()
#: What to do where Pango is missing.
HELP = (
    "A PDF needs WeasyPrint, of the extra 'papers', and Pango: "
    "on Debian or Ubuntu install libpango-1.0-0 and libpangoft2-1.0-0. "
    "Every paper is there as HTML; a browser prints the HTML as the same pages."
)
#: DejaVu as matplotlib carries it: file, family, weight.
_FACES = (
    ("DejaVuSans.ttf", "Paper", "normal"),
    ("DejaVuSans-Bold.ttf", "Paper", "bold"),
    ("DejaVuSansMono.ttf", "Paper Mono", "normal"),
)
_STYLE = "body { font-family: Paper !important } code, pre { font-family: 'Paper Mono' !important }\n"
#: What style sheets add to the text of a page: page numbers, marks of lists, quotation marks, hyphens.
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0•◦▪▸▾–—‘’“”…\u2010"
#: A configuration without a folder: no font of the machine is found, whatever is installed.
_NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>'


def available() -> bool:
    """Whether PDF can be written on this machine."""
    return _weasyprint() is not None


def write_pdf(html: str, path: Path) -> Path:
    """Write one page of HTML as PDF/UA into a file; see :func:`pdf_bytes`."""
    path.write_bytes(pdf_bytes(html, path.name))
    return path


def pdf_bytes(html: str, name: str) -> bytes:
    """One page of HTML as PDF/UA.

    Parameters
    ----------
    html : str
        Self-contained. Its ``dcterms.created`` becomes the date of the file; no clock is asked.
    name : str
        Of the file: it becomes the identifier of the PDF.

    Raises
    ------
    UsageError
        Where Pango or WeasyPrint is missing.
    """
    if _weasyprint() is None:
        raise UsageError(HELP)
    # One at a time: where Fontconfig looks is said by the environment, which all threads of a process share.
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory() as folder, _only_fonts_of_ours(Path(folder)):
        return _printed(html, name, Path(folder))


def _printed(html: str, name: str, folder: Path) -> bytes:
    import weasyprint

    # Pictures travel inside the page, the font comes from this environment; no other address is opened.
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data", "file"))
    fonts = weasyprint.text.fonts.FontConfiguration()
    faces = _font_faces(folder, sorted({*html, *_ALWAYS}))
    style = weasyprint.CSS(string=faces + _STYLE, font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    printed: bytes = document.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        # The fonts are cut down already. WeasyPrint would use HarfBuzz or fontTools, whichever the machine has: their
        # bytes differ, and fontTools puts the time of day into the file.
        full_fonts=True,
        pdf_variant="pdf/ua-1",
        pdf_identifier=name.encode(),
        custom_metadata=False,
    )
    return printed


def _weasyprint() -> ModuleType | None:
    for noisy in ("weasyprint", "fontTools", "fontTools.subset"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        # Where a library is missing WeasyPrint prints where to read about it, and where no font is installed it warns:
        # HELP says what to install, and no font of the machine is used.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            import weasyprint
            import weasyprint.text.fonts
    except (ImportError, OSError):  # OSError: cffi did not find the system's library
        return None
    module: ModuleType = weasyprint
    return module


@contextlib.contextmanager
def _only_fonts_of_ours(folder: Path) -> Iterator[None]:
    """Let Fontconfig, which reads its environment when a configuration is made, find no font of the machine."""
    before = os.environ.get("FONTCONFIG_FILE")
    configuration = folder / "fonts.conf"
    configuration.write_text(_NO_FONTS, encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _font_faces(folder: Path, characters: list[str]) -> str:
    """Write the fonts, cut down to some characters, and give the style that names them."""
    import matplotlib
    from fontTools import subset
    from fontTools.ttLib import TTFont

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    style = ""
    for name, family, weight in _FACES:
        with TTFont(fonts / name, recalcTimestamp=False) as font:
            # Without ligatures: a whole font in a PDF maps each glyph to one letter, so "fi" could not be searched for.
            cut = subset.Subsetter(subset.Options(notdef_outline=True, hinting=False, drop_tables=["GSUB", "FFTM"]))
            cut.populate(unicodes=[ord(character) for character in characters])
            cut.subset(font)
            font.save(folder / name)
        source = (folder / name).as_uri()
        style += f"@font-face {{ font-family: '{family}'; font-weight: {weight}; src: url({source}) }}\n"
    return style
