"""Some papers as PDF alone, for tests of what is handed round."""

from collections.abc import Collection
from pathlib import Path

from matac_ml.facts import RunFacts
from model_cards import write
from model_cards.published import published


def written_as_pdf(facts: RunFacts, folder: Path, *, names: Collection[str]) -> list[Path]:
    """Write these papers, as a run writes them."""
    run = published(facts)
    return [write._pdf(name, write.write_paper(name, run), run, folder) for name in names]
