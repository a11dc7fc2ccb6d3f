"""What `check` says of people who may stand in an extract twice."""

from pathlib import Path

from matac_ml.linkage.decisions import Answer, read_decisions, standing
from matac_ml.linkage.proposal import Proposal, read_proposal
from matac_ml.records import Extract
from matac_ml.records.faults import Finding, Severity


def open_pairs(folder: Path, proposal: Proposal, threshold: float | None = None) -> list[dict[str, object]]:
    """Likely pairs of a proposal that nobody has decided."""
    decided = standing(read_decisions(folder))
    least = proposal.told["threshold"] if threshold is None else threshold
    return [pair for pair in proposal.at(least) if (pair["first"], pair["second"]) not in decided]


def duplicate_warnings(folder: Path, extract: Extract) -> tuple[Finding, ...]:
    """Warnings about likely duplicates: not reviewed, accepted and not merged here, or proposed for other records.

    Raises
    ------
    UsageError
        When the folder holds no proposal.
    """
    proposal = read_proposal(folder)
    waiting = len(open_pairs(folder, proposal))
    merged = dict(extract.connect().execute("SELECT person_id, stays FROM typed.merged").fetchall())
    accepted = [pair for pair, said in standing(read_decisions(folder)).items() if said.answer is Answer.SAME]
    apart = sum(merged.get(one, one) != merged.get(other, other) for one, other in accepted)
    found = []
    if waiting:
        found.append(("unreviewed_duplicates", "a person must review identities that are likely to be one person",
                      f"{waiting:,} likely pairs that nobody has reviewed", waiting))  # fmt: skip
    if apart:
        found.append(("accepted_not_merged", "what was accepted must be merged with `matac-ml identities merge`",
                      f"{apart:,} accepted pairs that this extract keeps apart", apart))  # fmt: skip
    if proposal.told["extract"] != extract.data_hash and not _follows(accepted, apart):
        found.append(("proposal_of_other_records", "pairs must be proposed for these records",
                      "a proposal for another extract; make it again", 1))  # fmt: skip
    return tuple(
        Finding("identities", None, rule, expected, (came,), count=number, severity=Severity.WARNING)
        for rule, expected, came, number in found
    )


def _follows(accepted: list[tuple[str, str]], apart: int) -> bool:
    """Whether the records seem to be those of the proposal with its merges added: every accepted pair is merged."""
    return bool(accepted) and not apart
