"""A mapping proposed from what the files look like: how sure each line is and why, and what a person must decide.

Nothing is applied. Where a decision is needed the word DECIDE stands in place of a value or in the reason behind it,
and a mapping that holds it is refused when it is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matac_ml.records.importing.crosswalk import own_codes
from matac_ml.records.importing.plan import DECIDE
from matac_ml.records.importing.profiling import ColumnProfile, SourceProfile, profile_source
from matac_ml.records.importing.synonyms import SYNONYMS, TABLE_NAMES, likeness
from matac_ml.vocabulary import TABLES, Column, ExtractTable, Kind
from matac_ml.written import escaped
from matac_ml.yamltext import yaml_text

#: Names less like than this are not proposed; those from the second on need no second look.
_LIKE, _SURE = 0.7, 0.9
_MOST_CODE_CHARACTERS = 60


@dataclass
class _Proposal:
    """Lines of a column, why, and the codes it brings."""

    column: Column
    theirs: ColumnProfile
    like: float
    why: list[str] = field(default_factory=list)
    decide: bool = False

    def say(self, why: str, *, decide: bool = False) -> None:
        self.why.append(why)
        self.decide = self.decide or decide


def suggest_mapping(folder: Path) -> str:
    """Propose a mapping for the files of a folder, as the text of a mapping file with a reason behind each line.

    Raises
    ------
    UsageError
        When it is no folder.
    """
    profiles = [profile for profile in profile_source(folder) if profile.columns]
    names = {id(profile): f"s{number}_{_plain(profile.name)}" for number, profile in enumerate(profiles, 1)}
    chosen = [(table, *found) for table in TABLES if (found := _best(table, profiles))]
    lines = [
        "# Proposed from the first rows of each file. Nothing was applied: look at every line. Where a decision is",
        "# marked, in a value or in the reason behind it, the mapping is refused until you have made it.",
        "format: 1",
        f"cut_off: {DECIDE}  # the day on which the files were written",
        "time_zone: Europe/London  # of times that name no zone",
        "sources:",
    ]
    for profile in profiles:
        used = any(source is profile for _, source, _ in chosen)
        lines += [f"  {line}" for line in _source_lines(names[id(profile)], profile, used=used)]
    codes: dict[str, list[str]] = {}
    tables = [line for table, source, found in chosen for line in _table_lines(table, names[id(source)], found, codes)]
    if codes:
        lines += ["codes:", *(line for body in codes.values() for line in body)]
    lines += ["tables:", *tables]
    lines += [f"# {table.name}: no file looks like it; its rows are needed ({DECIDE})"
              for table in TABLES if table.required and table not in [name for name, *_ in chosen]]  # fmt: skip
    return "\n".join(lines) + "\n"


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in name).strip("_")[:30] or "source"


def _best(table: ExtractTable, profiles: Sequence[SourceProfile]) -> tuple[SourceProfile, list[_Proposal]] | None:
    """The source that has the needed columns of a table, and what of it would be what."""
    found = []
    for profile in profiles:
        proposals = _proposals(table, profile)
        have = {proposal.column.name: proposal for proposal in proposals}
        needed = [column.name for column in table.columns if column.required]
        if all(name in have for name in needed):
            named = likeness(profile.name, TABLE_NAMES.get(table.name, (table.name,)))
            like = sum(have[name].like for name in needed) / len(needed)
            found.append((named >= _LIKE, like + named, len(proposals), profile, proposals))
    best = max(found, key=lambda entry: entry[:3], default=None)
    # Tables with few columns of their own are like many files: their file must also be called like them.
    if best is None or not (best[0] or table.name in ("incidents", "involvements")):
        return None
    return best[3], best[4]


def _proposals(table: ExtractTable, profile: SourceProfile) -> list[_Proposal]:
    """For each of our columns the column of theirs that is most like it; each of theirs once."""
    pairs = sorted(
        ((likeness(theirs.name, (column.name, *SYNONYMS.get(column.name, ()))), column, theirs)
         for column in table.columns for theirs in profile.columns if _may_be(column, theirs)),
        key=lambda pair: -pair[0],
    )  # fmt: skip
    found: dict[str, _Proposal] = {}
    taken: set[str] = set()
    for like, column, theirs in pairs:
        if like >= _LIKE and column.name not in found and theirs.name not in taken:
            found[column.name] = _judged(_Proposal(column, theirs, like), key=column.name in table.key)
            taken.add(theirs.name)
    return [found[column.name] for column in table.columns if column.name in found]


def _may_be(column: Column, theirs: ColumnProfile) -> bool:
    if not theirs.filled:
        return not column.required
    if column.kind is Kind.DATE:
        return bool(theirs.dates)
    if column.kind in (Kind.BOOLEAN, Kind.CODE):
        return theirs.distinct <= 40
    return True


def _judged(proposal: _Proposal, *, key: bool) -> _Proposal:
    theirs, column = proposal.theirs, proposal.column
    known = proposal.like >= _SURE
    proposal.say(f"{'sure' if known else 'perhaps'}: the name is {proposal.like:.0%} like ours", decide=not known)
    if not theirs.filled:
        proposal.say("it is empty in the rows that were read")
    if column.kind is Kind.DATE and len(theirs.dates) > 1:
        proposal.say(f"every value fits {' and '.join(theirs.dates)}", decide=True)
    if column.required and theirs.filled and column.kind is Kind.IDENTIFIER:
        proposal.say(f"{theirs.distinct:,} different in {theirs.filled:,} rows")
    if key and theirs.distinct < theirs.filled:
        proposal.say("rows that share it and differ are refused unless keep says which one stays", decide=True)
    return proposal


def _source_lines(name: str, profile: SourceProfile, *, used: bool) -> Iterator[str]:
    said = profile.entry.model_dump(by_alias=True, exclude_defaults=True)
    notes = [f"{profile.rows:,} rows were read", *profile.notes]
    if not used:
        yield f"# not used: no table of ours was recognised in {escaped(profile.entry.file)}"
    mark = "" if used else "# "
    yield f"{mark}{name}: {_flow(said)}  # {'; '.join(notes)}"


def _flow(said: object) -> str:
    """A value or mapping on one line, as YAML."""
    if isinstance(said, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in said.items()) + "}"
    if isinstance(said, list | tuple):
        return "[" + ", ".join(map(_flow, said)) + "]"
    text = yaml_text([said]).removeprefix("- ").rstrip("\n")
    # In flow style these end a value.
    return f"'{text}'" if isinstance(said, str) and text == said and any(sign in said for sign in ",[]{}#:") else text


def _table_lines(
    table: ExtractTable, source: str, proposals: Sequence[_Proposal], codes: dict[str, list[str]]
) -> Iterator[str]:
    yield f"- table: {table.name}"
    yield f"  from: {source}"
    yield "  columns:"
    for proposal in proposals:
        name, theirs = proposal.column.name, proposal.theirs
        said: dict[str, object] = {"column": theirs.name}
        if proposal.column.kind is Kind.DATE and theirs.filled:
            said["date"] = theirs.dates[0] if len(theirs.dates) == 1 else DECIDE
        if own_codes(proposal.column) is not None and theirs.filled and _strange(proposal):
            said["codes"] = name
            codes.setdefault(name, [f"  {name}:", *_code_lines(proposal)])
        mark = f"{DECIDE}: " if proposal.decide else ""
        yield f"    {name}: {_flow(said if len(said) > 1 else theirs.name)}  # {mark}{'; '.join(proposal.why)}"
    missing = [column.name for column in table.columns if column.name not in {p.column.name for p in proposals}]
    if missing:
        yield f"    # not found: {', '.join(missing)}"


def _strange(proposal: _Proposal) -> bool:
    """Whether a column has values that are none of our codes."""
    own = own_codes(proposal.column)
    return own is not None and any(value.lower() not in own.ours for value, _ in proposal.theirs.values)


def _code_lines(proposal: _Proposal) -> Iterator[str]:
    own = own_codes(proposal.column)
    if own is None or not proposal.theirs.few:
        yield f"    {DECIDE}: {DECIDE}  # {proposal.theirs.distinct} different values: are these codes? None is shown"
        return
    for value, count in proposal.theirs.values:
        if len(value) > _MOST_CODE_CHARACTERS:
            continue
        near = own.nearest(value)
        same = own.ours.get(value.lower())
        ours, why = (same, "ours") if same else (own.ours[near[0]] if near else DECIDE, "the nearest; look at it")
        yield f"    {_flow(value)}: {_flow(_typed(ours))}  # {count:,} {'row' if count == 1 else 'rows'}" + (
            "" if ours == DECIDE else f"; {why}"
        )


def _typed(ours: str | None) -> object:
    return {"true": True, "false": False}.get(str(ours), ours)
