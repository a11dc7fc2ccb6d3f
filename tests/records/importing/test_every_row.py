"""Every row of a source is used, merged, replaced or left out under a named rule; the counts are all its rows."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.importing.sources import MAPPING, imported

_FILTERED = MAPPING.replace(
    "  from: crimes\n",
    "  from: crimes\n  leave_out:\n  - {column: Status, is: [VOID, DUPLICATE], reason: Void}\n"
    "  - {column: Ref, empty: true, reason: No reference}\n",
).replace(
    "  from: links\n",
    "  from: links\n  leave_out:\n  - {not_in: incidents, reason: Incident left out}\n"
    "  - {column: Person, empty: true, reason: Nobody named}\n",
)

_CRIMES = st.lists(
    st.tuples(st.sampled_from(["", "C1", "C2", "C3"]), st.sampled_from(["OPEN", "void", "DUPLICATE", "closed"])),
    max_size=12,
)
_LINKS = st.lists(
    st.tuples(*map(st.sampled_from, (["C1", "C2", "C3", "C4"], ["", "N1", "N2"], ["SUSP", "vic"]))),
    max_size=12,
)  # fmt: skip


@settings(max_examples=12)
@given(_CRIMES, _LINKS)
def test_the_counts_add_up_to_every_row(crimes: list[tuple[str, str]], links: list[tuple[str, str, str]]) -> None:
    """Whatever rows there are, and in whatever order: what the account says is what a reader of the files counts."""
    # An extract without an incident is none.
    crimes, links = [*crimes, ("C9", "OPEN")], [*links, ("C9", "N1", "SUSP")]
    with TemporaryDirectory() as folder:
        account = imported(
            Path(folder),
            mapping=_FILTERED,
            crimes_csv="Ref;Type;Happened;Reported;Status\n"
            + "".join(f"{ref};CRIME;01/02/2024;02/02/2024;{status}\n" for ref, status in crimes),
            links_csv="Ref,Person,Role\n" + "".join(",".join(row) + "\n" for row in links),
        )
        incidents, involvements, _ = account.shares
        void = [ref for ref, status in crimes if status.lower() in ("void", "duplicate")]
        kept = {ref for ref, status in crimes if status.lower() not in ("void", "duplicate")} - {""}
        unnamed = sum(ref == "" for ref, _ in crimes) - void.count("")
        assert dict(incidents.left_out) == {"Void": len(void), "No reference": unnamed}
        assert (incidents.used, incidents.rows) == (len(kept), len(crimes))
        assert incidents.merged == len(crimes) - len(void) - unnamed - len(kept)
        within = [row for row in links if row[0] in kept and row[1]]
        assert (involvements.used, involvements.merged) == (len(set(within)), len(within) - len(set(within)))
        assert all(share.adds_up for share in account.shares)
        _rows_say_the_same(Path(folder) / "out", crimes)


def _rows_say_the_same(out: Path, crimes: list[tuple[str, str]]) -> None:
    """The file beside the extract has each row of the source once, and leads to the row of the extract it became."""
    rows = [row for row in pq.read_table(out / "import/rows.parquet").to_pylist() if row["table"] == "incidents"]
    assert [row["row"] for row in rows] == list(range(2, len(crimes) + 2))
    written = [row["incident_id"] for row in pq.read_table(out / "incidents.parquet").to_pylist()]
    for row, (ref, _) in zip(rows, crimes, strict=True):
        if row["became"] in ("used", "merged"):
            assert written[row["output_row"] - 2] == ref
        else:
            assert row["output_row"] is None
            assert row["reason"] in ("Void", "No reference")
    assert Counter(row["became"] for row in rows)["used"] == len(written)
