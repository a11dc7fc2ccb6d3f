"""What people decided about pairs: kept beside the proposal, one line a decision, and never taken out of it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from matac_ml.errors import UsageError
from matac_ml.outfile import write_text

_FILE = "decisions.jsonl"


class Answer(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Decision:
    """A decision about two identities.

    Attributes
    ----------
    first, second : str
        In alphabetical order.
    by : str
        Who decided.
    on : datetime.date
        The day in London.
    proposal : str
        SHA-256 of the proposal that was reviewed; empty for one that is withdrawn.
    because : str
        Why it is withdrawn.
    """

    first: str
    second: str
    answer: Answer
    by: str
    on: date
    proposal: str = ""
    because: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two identities."""
        return self.first, self.second


def decisions_file(folder: Path) -> Path:
    """Where the decisions of a folder lie."""
    return folder / _FILE


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """Read every decision of a folder, the oldest first.

    Raises
    ------
    UsageError
        When the file is not as it was written.
    """
    path = decisions_file(folder)
    if not path.exists():
        return ()
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return tuple(
            Decision(**{**row, "answer": Answer(row["answer"]), "on": date.fromisoformat(row["on"])}) for row in rows
        )
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path.name} must be as it was written; bring back the copy of before.") from error


def add_decisions(folder: Path, decisions: Iterable[Decision]) -> None:
    """Keep more decisions; all of them, or none when the file cannot be written."""
    rows = [asdict(decision) | {"on": decision.on.isoformat()} for decision in (*read_decisions(folder), *decisions)]
    write_text(
        decisions_file(folder), "".join(f"{json.dumps(row, sort_keys=True, ensure_ascii=False)}\n" for row in rows)
    )


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """The last decision about each pair."""
    return {decision.pair: decision for decision in decisions}


def ruled_out(folder: Path) -> frozenset[tuple[str, str]]:
    """Pairs that need no review: somebody decided them, or decided that both are the same as a third."""
    if not folder.is_dir():
        return frozenset()
    last = standing(read_decisions(folder))
    joined = {
        pair
        for group in groups(pair for pair, said in last.items() if said.answer is Answer.SAME)
        for pair in ((a, b) for a in group for b in group if a < b)
    }
    return frozenset(joined | set(last))


def groups(pairs: Iterable[tuple[str, str]]) -> Iterator[frozenset[str]]:
    """Everybody whom pairs join, directly or over others."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    seen: set[str] = set()
    for start in near:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            more = near[waiting.pop()] - group
            group |= more
            waiting += sorted(more)
        seen |= group
        yield frozenset(group)
