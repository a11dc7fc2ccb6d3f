"""What a list owes to choices that nobody can be sure of, as a table of the report."""

from collections.abc import Iterator, Sequence

from matac_ml.facts import StressFacts
from training.contenders import LABELS
from training.report import Table, figure

#: Contenders that are fitted again under every choice.
_STRESSED = ("matrix", "elastic_net", "lightgbm_monotone")


def stress_table(stress: Sequence[StressFacts]) -> Table:
    """One line a choice. Precision at k is left out: with few places it would give small counts back."""
    head = ("What is changed", "How", *(f"AUC, {LABELS[name]}" for name in _STRESSED), "Stays on the list")
    return Table(
        "How much the list owes to choices",
        head,
        tuple((one.name, one.text, *_areas(one), _percent(one.top_list_overlap)) for one in stress),
        "Quick models on few rows, alike in every line; last, the share of the first line's list that stays.",
    )


def _areas(one: StressFacts) -> Iterator[str]:
    """AUC of each contender that is fitted again; a dash where it was not."""
    for name in _STRESSED:
        found = one.measures.get(name, {}).get("auc")
        yield "–" if found is None or found.value is None else figure(found.value)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
