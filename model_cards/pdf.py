"""The same pages as PDF, by WeasyPrint: tagged for screen readers, a font of its own, the same bytes every time.

WeasyPrint lays text out with Pango, a library of the system. Where it is missing no PDF is written, and what to
install is said once; HTML and Markdown do not need it.
"""

import logging
from pathlib import Path
from types import ModuleType

from matac_ml.errors import UsageError

#: What to do where Pango is missing.
HELP = (
    "PDF needs Pango: on Debian or Ubuntu install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0. "
    "The papers are there as HTML and Markdown; a browser prints the HTML as the same pages."
)


def available() -> bool:
    """Whether PDF can be written on this machine."""
    return _weasyprint() is not None


def write_pdf(html: str, path: Path) -> Path:
    """Write one page of HTML as PDF/UA.

    Parameters
    ----------
    html : str
        Self-contained. Its ``dcterms.created`` becomes the date of the file; no clock is asked.

    Raises
    ------
    UsageError
        Where Pango is missing.
    """
    weasyprint = _weasyprint()
    if weasyprint is None:
        raise UsageError(HELP)
    # Pictures travel inside the page, the font comes from this environment; no other address is opened.
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data", "file"))
    fonts = weasyprint.text.fonts.FontConfiguration()
    style = weasyprint.CSS(string=_font_faces(), font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    document.write_pdf(
        path,
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=path.name.encode(),
        custom_metadata=False,
    )
    return path


def _weasyprint() -> ModuleType | None:
    for noisy in ("weasyprint", "fontTools", "fontTools.subset"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        import weasyprint
        import weasyprint.text.fonts
    except (ImportError, OSError):  # OSError: cffi did not find the system's library
        return None
    module: ModuleType = weasyprint
    return module


def _font_faces() -> str:
    """DejaVu Sans as matplotlib carries it, so that a page does not depend on the fonts of a machine."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    faces = (("DejaVuSans.ttf", "normal"), ("DejaVuSans-Bold.ttf", "bold"))
    return (
        "".join(
            f"@font-face {{ font-family: Paper; font-weight: {weight}; src: url({(folder / name).as_uri()}) }}\n"
            for name, weight in faces
        )
        + "body { font-family: Paper !important }\n"
    )
