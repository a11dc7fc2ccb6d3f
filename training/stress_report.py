"""What a list owes to choices that nobody can be sure of, as a table of the report."""

from collections.abc import Iterator, Sequence

from matac_ml.facts import StressFacts
from matac_ml.page import Table
from training.contenders import LABELS
from training.quick import ROWS
from training.report import figure

#: Contenders that are fitted again under every choice.
_STRESSED = ("matrix", "elastic_net", "lightgbm_monotone")


def stress_table(stress: Sequence[StressFacts]) -> Table:
    """One line a choice. Precision at k is left out: with few places it would give small counts back."""
    head = ("What is changed", "How", *(f"AUC, {LABELS[name]}" for name in _STRESSED), "Stays on the list")
    rows = []
    for choice in stress:
        how = f"{choice.text}. {choice.change}" if choice.change else choice.text
        stays = "–" if choice.top_list_overlap is None else f"{choice.top_list_overlap:.0%}"
        rows.append((choice.name, how, *_areas(choice), stays))
    note = _ABOUT.format(rows=f"{ROWS:,}")
    return Table("How much the list owes to choices", head, tuple(rows), frozenset(range(2, len(head))), note=note)


_ABOUT = """
Quick models on {rows} rows at most, fitted alike in every line and compared with each other, not with the model in the
bundle: what its own lists hold is in the tables above. Each line's AUC is by that line's own definition. The last
column is the share of the first line's list that stays on the list of the same LightGBM model. Compare it with the line
of other seeds, where only chance in the fitting changes.
"""


def _areas(choice: StressFacts) -> Iterator[str]:
    """AUC of each contender that is fitted again; a dash where it was not."""
    for name in _STRESSED:
        found = choice.measures.get(name, {}).get("auc")
        yield "–" if found is None or found.value is None else figure(found.value)
