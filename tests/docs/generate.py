"""``python -m tests.docs.generate``: write again every page that is generated from code and worked examples."""

from collections.abc import Callable
from pathlib import Path

from tests.docs.features_page import features_page
from tests.docs.matrix_page import matrix_page
from tests.docs.measures_page import measures_page
from tests.docs.records_page import records_page
from tests.docs.service_page import service_page

ROOT = Path(__file__).resolve().parents[2]
#: page, from the root of the checkout -> what writes it
PAGES: dict[str, Callable[[], str]] = {
    "docs/features.md": features_page,
    "docs/matrix.md": matrix_page,
    "docs/measures.md": measures_page,
    "docs/records.md": records_page,
    "docs/service.md": service_page,
}


def main() -> None:
    """Write every page, and say which changed."""
    for name, write in PAGES.items():
        path, text = ROOT / name, write()
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8")
        print(f"{name}: {'written' if changed else 'as it was'}")


if __name__ == "__main__":
    main()
