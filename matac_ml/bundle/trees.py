"""What the text of a LightGBM booster must be before LightGBM reads it: whole binary trees of finite numbers.

LightGBM believes its text: a child that points back to its parent makes a prediction run for ever, and an index beyond
an array reads other memory.
"""

import math
import re
from collections.abc import Iterator, Set

from matac_ml.bundle.limits import LARGEST

#: Where the trees end. What LightGBM writes after it (importances, parameters) scores nobody, and LightGBM reads past
#: the end of a parameter that is not as it writes it: it is never given to LightGBM.
END = "end of trees\n"
#: Arrays of a tree: one value a leaf, and one a split. Each must be there.
_OF_LEAVES = ("leaf_value", "leaf_count")
_OF_SPLITS = (
    "split_feature",
    "threshold",
    "decision_type",
    "left_child",
    "right_child",
    "internal_value",
    "internal_count",
)
_HEAD = {"version": "v4", "num_class": "1", "num_tree_per_iteration": "1", "objective": "binary sigmoid:1"}
#: What else the head may hold; among the rest is what averages trees instead of adding them.
_ALSO = frozenset(
    {"tree", "label_index", "max_feature_idx", "feature_names", "feature_infos", "monotone_constraints", "tree_sizes"}
)
_MOST_TREES = 20_000
#: What a tree may also hold: one number a leaf or a split that scores nobody, but that LightGBM reads.
_UNUSED = {"leaf_weight": 0, "split_gain": 1, "internal_weight": 1}
_OF_TREE = frozenset({"Tree", "num_leaves", "num_cat", "is_linear", "shrinkage", *_OF_LEAVES, *_OF_SPLITS, *_UNUSED})
#: A number as LightGBM writes it: Python would also take 1_0, infinity and the digits of other scripts.
_NUMBER = re.compile(r"-?(\d+(\.\d*)?([eE][+-]?\d+)?|inf)")
_TREE = re.compile(r"(?=^Tree=)", re.MULTILINE)


def tree_faults(text: str, features: int) -> list[str]:
    """Everything that a booster's text must not be.

    Parameters
    ----------
    text : str
        What ``Booster.model_to_string`` wrote.
    features : int
        How many columns the model takes.

    Returns
    -------
    list of str
        Empty when LightGBM can be given the text.
    """
    trees, end, _ = text.partition(END)
    if not end or not trees.replace("\n", "").isascii() or not trees.replace("\n", "").isprintable():
        return ["it must be the text of a LightGBM booster, with an end of trees"]
    head, *blocks = _TREE.split(trees)
    faults = _head_faults(_entries(head), blocks, features) + _strange(head, _HEAD.keys() | _ALSO)
    for place, block in enumerate(blocks):
        found = [*_strange(block, _OF_TREE), *_faults_of(_entries(block), place, features)]
        faults += [f"tree {place}: {fault}" for fault in found]
    # A thousand trees broken the same way need no thousand lines.
    return faults if len(faults) <= 20 else [*faults[:20], f"and {len(faults) - 20} more faults"]


def _entries(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.split("\n") if "=" in line)


def _strange(block: str, known: Set[str]) -> list[str]:
    """Entries that no training run writes, or that come twice: each program could read another one."""
    names = [line.partition("=")[0] for line in block.split("\n") if line]
    count = len(names) - len(set(names) & known)
    return [f"{count} of its entries are unknown or come twice"] if count else []


def _head_faults(head: dict[str, str], blocks: list[str], features: int) -> list[str]:
    wanted = _HEAD | {"max_feature_idx": str(features - 1)}
    faults = [f"{name} must be {value}" for name, value in wanted.items() if head.get(name) != value]
    for name in ("feature_names", "feature_infos"):
        if len(head.get(name, "").split()) != features:
            faults.append(f"{name} must be {features}, one a feature")
    if not 1 <= len(blocks) <= _MOST_TREES:
        faults.append(f"it must hold 1 to {_MOST_TREES:,} trees, got {len(blocks)}")
    sizes = head.get("tree_sizes", "").split()
    # LightGBM finds each tree by these sizes. The last tree ends where "end of trees" begins.
    if sizes != [str(len(block.encode())) for block in blocks]:
        faults.append("tree_sizes must be the length of each tree")
    return faults


def _faults_of(tree: dict[str, str], place: int, features: int) -> Iterator[str]:
    if tree.get("Tree") != str(place):
        yield "its number is another"
    if tree.get("num_cat") != "0" or tree.get("is_linear", "0") != "0":
        yield "it must split by thresholds and have constant leaves"
    if not _NUMBER.fullmatch(tree.get("shrinkage", "1")):
        yield "shrinkage must be a number"
    leaves = _whole(tree.get("num_leaves", ""))
    if leaves is None or len(leaves) != 1 or leaves[0] < 1:
        yield "num_leaves must be a whole number from 1"
        return
    count = leaves[0]
    for names, length in ((_OF_LEAVES, count), (_OF_SPLITS, count - 1)):
        # A tree of one leaf may count nothing.
        asked = names if count > 1 or length == 0 else names[:1]
        wrong = [name for name in asked if len(tree.get(name, "").split()) != length]
        if wrong:
            yield f"{', '.join(wrong)} must hold {length} values"
            return
    for name, less in _UNUSED.items():
        values = tree.get(name, "").split()
        if len(values) not in (0, count - less) or not all(map(_NUMBER.fullmatch, values)):
            yield f"{name} must hold {count - less} numbers, or none"
    yield from _number_faults(tree)
    yield from _shape_faults(tree, count, features)


def _number_faults(tree: dict[str, str]) -> Iterator[str]:
    # A threshold of infinity sets what is missing apart from everything else.
    for name, largest in (("leaf_value", LARGEST), ("threshold", math.inf), ("internal_value", LARGEST)):
        values = tree.get(name, "").split()
        if not all(_NUMBER.fullmatch(value) and abs(float(value)) <= largest for value in values):
            yield f"{name} must be {'numbers' if largest == math.inf else 'finite numbers'}"
    for name in ("leaf_count", "internal_count", "decision_type"):
        found = _whole(tree.get(name, ""))
        if found is None or min(found, default=0) < 0:
            yield f"{name} must be whole numbers from 0"


def _shape_faults(tree: dict[str, str], leaves: int, features: int) -> Iterator[str]:
    """Every split and every leaf is reached exactly once from the root, so that each walk ends."""
    columns, left, right = (_whole(tree.get(name, "")) for name in ("split_feature", "left_child", "right_child"))
    if columns is None or left is None or right is None:
        yield "split_feature, left_child and right_child must be whole numbers"
        return
    if any(not 0 <= column < features for column in columns):
        yield f"split_feature must be below {features}, the number of features"
    # A child below 0 is leaf -1 - child; the others are splits, and split 0 is the root.
    wanted = [*range(-leaves, 0), *range(1, leaves - 1)] if leaves > 1 else []
    if sorted(left + right) != wanted or _reached(left, right) != max(leaves - 1, 0):
        yield "left_child and right_child must reach every split and leaf once"


def _reached(left: list[int], right: list[int]) -> int:
    waiting, seen = [0] if left else [], 0
    while waiting and seen <= len(left):
        at = waiting.pop()
        seen += 1
        waiting += [child for child in (left[at], right[at]) if 0 <= child < len(left)]
    return seen


def _whole(text: str) -> list[int] | None:
    values = text.split()
    return [int(value) for value in values] if all(re.fullmatch(r"-?\d{1,9}", value) for value in values) else None
