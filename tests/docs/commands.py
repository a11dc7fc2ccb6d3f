"""The commands that README and docs show, and whether they are run as they stand.

A block of commands is indented by four spaces or fenced without a language (or as ``bash``). A comment before a block
says that it is not run, and why::

    <!-- not run: it serves until it is stopped -->
    <!-- long: it trains with every contender -->

Blocks marked ``long`` are run by ``make prove``, all others by ``make test``.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
_MARKER = re.compile(r"<!-- (not run|long): (\S.{9,}) -->")
_SHELL = ("", "bash", "sh", "console")


@dataclass(frozen=True)
class Block:
    """Commands that stand together on a page.

    Attributes
    ----------
    line : int
        Of the page, where the first command stands.
    mark : str
        ``run``, ``long`` or ``not run``.
    reason : str
        Why a marked block is not run with the others.
    """

    page: Path
    line: int
    text: str
    mark: Literal["run", "long", "not run"] = "run"
    reason: str = ""


def pages() -> list[Path]:
    """README and everything of docs/, in order of name."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks_of(page: Path) -> list[Block]:
    """The blocks of commands of a page, in order."""
    found: list[Block] = []
    lines = page.read_text(encoding="utf-8").splitlines()
    at, last = 0, ""
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].startswith("```"))
            if line[3:].strip() in _SHELL:
                found.append(_block(page, at + 2, lines[at + 1 : end], last))
            at, last = end + 1, line
        elif line.startswith("    ") and not (last and lines[at - 1].strip()):
            end = next((i for i in range(at, len(lines)) if not lines[i].startswith("    ")), len(lines))
            found.append(_block(page, at + 1, [line[4:] for line in lines[at:end]], last))
            at, last = end, line
        else:
            last = line if line.strip() else last
            at += 1
    return found


def _block(page: Path, line: int, lines: list[str], before: str) -> Block:
    text = "\n".join(lines) + "\n"
    if (marked := _MARKER.fullmatch(before.strip())) is None:
        return Block(page, line, text)
    return Block(page, line, text, "long" if marked[1] == "long" else "not run", marked[2])


def inline_commands(page: Path) -> list[str]:
    """Commands named within a sentence: spans of code that begin with a program of ours and a subcommand."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = "\n".join(line for line in prose.splitlines() if not line.startswith("    "))
    return re.findall(r"`((?:\.venv/bin/)?(?:matac-ml|python -m matac_ml) [^`]+)`", prose)


def python_blocks(page: Path) -> list[str]:
    """The Python that a page prints, in order."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
