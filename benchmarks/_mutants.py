"""Small faults put into the code on purpose, and whether the tests of that folder notice: mutation testing.

Cosmic Ray supplies the kinds of fault (another comparison, another number, a loop that never runs, ...). Which ones are
tried is drawn with a seed: a place in the code first, then one of the faults possible there, so that a long formula
weighs no more than a short one. Faults in annotations change nothing that runs, and an operator that its operands do
not have (``&`` between texts) fails whatever the tests are: neither is drawn.

Each fault is written into a copy of the project. First run the quickest of the tests that execute its line, as coverage
recorded them, or its file where the line runs while Python loads it; when they all pass, every test of the folder runs:
the files that share a word with the path of the fault, then the others, the quickest first. (What a service does runs
in processes of its own, which coverage does not see.) Only then does the fault count as unnoticed.
"""

import ast
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from coverage import CoverageData

ROOT = Path(__file__).parents[1]
RUNNER = Path(__file__).with_name("_mutant_runner.py")
#: Processor seconds that the tests of one fault may take: one that makes a loop endless is noticed too. What takes its
#: time because the machine is busy is not.
MOST_PROCESSOR_SECONDS = 900
#: What the tests that run first may take together, by the clock of the run that recorded them.
FIRST_SECONDS = 15
#: Seconds until tests that wait without computing are ended.
MOST_SECONDS = 2700
#: What an addition or multiplication is not replaced by: nearly always an error of types, which any test would notice.
_CRUDE = re.compile(r"ReplaceBinaryOperator_\w+_(BitAnd|BitOr|BitXor|LShift|RShift|Pow|Mod|FloorDiv)$")
#: Where the run with coverage says how long each test took.
_TIMES = "times.xml"
_COVERAGE = "[run]\ndynamic_context = test_function\nsource = {source}\ndata_file = {data}\n"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the file, the line it starts in (from 1), the text of that line, and the whole file with the fault."""

    path: str
    line: int
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: `{self.before.strip()}` -> `{self.after.strip()}`"


def draw(folder: str, *, times: int, seed: int) -> list[Mutant]:
    """Faults of the Python files below a folder, drawn with a seed."""
    rng = random.Random(seed)
    places = [
        (path, line, faults)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for (line, _), faults in sorted(_faults(path).items())
    ]
    drawn: list[Mutant] = []
    for path, line, faults in rng.sample(places, len(places)):
        if len(drawn) == times:
            break
        mutant = _mutate(path, line, *rng.choice(faults))
        if mutant is not None:
            drawn.append(mutant)
    return drawn


def _faults(path: Path) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """By place (line and column), the kinds of fault possible there and which occurrence of its kind each one is."""
    tree = get_ast_from_path(path)
    nodes = list(ast_nodes(tree))
    annotated = set(_annotated(path.read_text(encoding="utf-8")))
    found: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for name in operator_names():
        if get_operator(name).arguments() or _CRUDE.search(name):
            continue
        operator = get_operator(name)()
        positions = (start for node in nodes for start, _ in operator.mutation_positions(node))
        for occurrence, (line, column) in enumerate(positions):
            if (line, column) not in annotated:
                found[line, column].append((name, occurrence))
    return found


def _annotated(text: str) -> Iterator[tuple[int, int]]:
    """Every place inside an annotation."""
    for node in ast.walk(ast.parse(text)):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if isinstance(annotation, ast.expr):
            end = annotation.end_lineno or annotation.lineno
            for line in range(annotation.lineno, end + 1):
                first = annotation.col_offset if line == annotation.lineno else 0
                last = (annotation.end_col_offset or 0) if line == end else 200
                yield from ((line, column) for column in range(first, last))


def _mutate(path: Path, line: int, operator: str, occurrence: int) -> Mutant | None:
    text = path.read_text(encoding="utf-8")
    code = mutate_code(text, get_operator(operator)(), occurrence)
    if code is None or not _is_other(code, text):
        return None
    old, new = text.splitlines(), code.splitlines()
    # A fault may take a whole line away: the line after it then stands in its place.
    after = new[line - 1] if line <= len(new) else ""
    return Mutant(str(path.relative_to(ROOT)), line, old[line - 1], after, code)


def _is_other(code: str, text: str) -> bool:
    """Whether it can be read by Python and means something else. The star of keyword-only arguments is no product."""
    try:
        return ast.dump(ast.parse(code)) != ast.dump(ast.parse(text))
    except SyntaxError:
        return False


def survivors(mutants: Sequence[Mutant], *, tests: Sequence[str], work: Path, workers: int = 2) -> list[Mutant]:
    """The faults that no test notices, in the order given. ``work`` is a folder for copies of the project."""
    covered = _copy(work / "covered")
    executed = _executed(sorted({mutant.path for mutant in mutants}), tests=tests, copy=covered)
    files = _by_time(covered)
    runners: SimpleQueue[_Runner] = SimpleQueue()
    for number in range(workers):
        runners.put(_Runner(_copy(work / f"copy-{number}")))

    def is_noticed(mutant: Mutant) -> bool:
        runner = runners.get()
        try:
            first = executed.get((mutant.path, mutant.line)) or executed.get((mutant.path, None), [])
            words = _words(mutant.path)
            every = sorted(files, key=lambda file: words.isdisjoint(_words(Path(file).name)))
            return any(runner.fails(mutant, chosen) for chosen in (first, every) if chosen)
        finally:
            runners.put(runner)

    with ThreadPoolExecutor(workers) as pool:
        noticed = list(pool.map(is_noticed, mutants))
    for _ in range(workers):
        runners.get().close()
    return [mutant for mutant, was_noticed in zip(mutants, noticed, strict=True) if not was_noticed]


def _copy(folder: Path) -> Path:
    """The project's tracked files in another folder."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def _executed(paths: Sequence[str], *, tests: Sequence[str], copy: Path) -> dict[tuple[str, int | None], list[str]]:
    """By file and line, the quickest tests that execute it; under None in place of a line, those of the file.

    Lines that run only while Python loads the file, or in a fixture, have none.
    """
    data, settings, times = copy / "executed", copy / "coveragerc", copy / _TIMES
    source = ",".join(sorted({str(copy / Path(path).parent) for path in paths}))
    settings.write_text(_COVERAGE.format(source=source, data=data), encoding="utf-8")
    if not _covered(copy, [*tests, f"--junitxml={times}"], settings):
        raise RuntimeError(f"the tests {', '.join(tests)} must pass before any fault is tried")
    covered = CoverageData(str(data))
    covered.read()
    seconds = _seconds(times)
    found: dict[tuple[str, int | None], list[str]] = {}
    for path in paths:
        of_file: set[str] = set()
        for line, contexts in covered.contexts_by_lineno(str(copy / path)).items():
            named = {name for context in contexts if context and (name := _test_of(context, copy))}
            found[path, line] = _quickest(named, seconds)
            of_file |= named
        found[path, None] = _quickest(of_file, seconds)
    return found


def _quickest(names: Collection[str], seconds: Mapping[str, float]) -> list[str]:
    """The quickest of some tests: at least one, and no more than take :data:`FIRST_SECONDS` together."""
    ordered = sorted(names, key=lambda name: (seconds[name], name))
    together = itertools.accumulate(seconds[name] for name in ordered)
    return [name for place, (name, taken) in enumerate(zip(ordered, together, strict=True))
            if not place or taken <= FIRST_SECONDS]  # fmt: skip


def _seconds(times: Path) -> dict[str, float]:
    """How long each test took, all its rows together, with the fixtures that it was the first to need."""
    found: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(times).iter("testcase"):
        path = Path(*case.attrib["classname"].split(".")).with_suffix(".py")
        found[f"{path}::{case.attrib['name'].partition('[')[0]}"] += float(case.attrib["time"])
    return found


def _by_time(copy: Path) -> list[str]:
    """The files with tests that ran with coverage, the quickest first."""
    found: dict[str, float] = defaultdict(float)
    for name, seconds in _seconds(copy / _TIMES).items():
        found[name.partition("::")[0]] += seconds
    return sorted(found, key=lambda file: (found[file], file))


def _words(path: str) -> set[str]:
    """The beginnings of the words of a path below its first folder: ``signing_in`` and ``sign_in`` share one."""
    return {word[:4] for word in re.findall(r"[a-z]{4,}", path.partition("/")[2] or path)} - {"test", "page", "endp"}


def _test_of(context: str, copy: Path) -> str | None:
    """The test that a coverage context names; None for a function of another file that is called like a test."""
    module, _, name = context.rpartition(".")
    path = Path(*module.split(".")).with_suffix(".py")
    return f"{path}::{name}" if (copy / path).is_file() else None


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    # Python takes compiled code for current when time and size agree, and both can: two faults within a second.
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def _covered(copy: Path, tests: Sequence[str], settings: Path) -> bool:
    """Run the tests of a folder with coverage; whether all passed."""
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", *_options(copy), *tests]
    return subprocess.run(command, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def _options(copy: Path) -> list[str]:
    return ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={copy}.tmp"]


class _Runner:
    """Runs tests in one copy of the project, one fault at a time."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        command = [sys.executable, "-P", str(RUNNER), str(MOST_PROCESSOR_SECONDS), str(MOST_SECONDS)]
        self.process = subprocess.Popen(command, cwd=copy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def fails(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether a test fails with the fault in place."""
        path = self.copy / mutant.path
        whole = path.read_text(encoding="utf-8")
        try:
            _write(path, mutant.code)
            return self._status([*_options(self.copy), *tests]) != 0
        finally:
            _write(path, whole)

    def _status(self, arguments: list[str]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that runs the tests has ended")
        return int(answer)

    def close(self) -> None:
        """End the process when its last run is over."""
        self.process.communicate()
