"""The whole of an audit as one record: small enough to travel in a bundle, whole enough to write every paper from."""

from pydantic import Field

from matac_ml.facts.audit import InstrumentFacts, SwapFacts, Verdict, count_verdicts
from matac_ml.facts.base import Fact
from matac_ml.facts.context import CounterAllegationFacts, LabelFacts, MitigationFacts, ProxyFacts, VictimSideFacts
from matac_ml.facts.recording import RecordingFacts


class AuditFacts(Fact):
    """An audit of the model and the matrix alike.

    Attributes
    ----------
    instruments : tuple of InstrumentFacts
        At the length of the real list; gates look at these alone.
    other_cuts : tuple of InstrumentFacts
        The same at other lengths and thresholds, each with its ``rule``: longer lists show earlier what a list of ten
        cannot yet show.
    recording : tuple of RecordingFacts
        Whose incidents are missing from the record, one entry an attribute; empty where partners refer nobody.
    """

    k: int
    rows: int
    people: int
    resamples: int
    permutations: int
    seed: int
    instruments: tuple[InstrumentFacts, ...]
    other_cuts: tuple[InstrumentFacts, ...] = ()
    swap: tuple[SwapFacts, ...] = ()
    labels: tuple[LabelFacts, ...] = ()
    victim_side: VictimSideFacts | None = None
    counter_allegations: CounterAllegationFacts | None = None
    proxies: tuple[ProxyFacts, ...] = ()
    mitigation: MitigationFacts | None = None
    recording: tuple[RecordingFacts, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="What lies under the numbers, in plain English.")

    def __getitem__(self, name: str) -> InstrumentFacts:
        return next(instrument for instrument in self.instruments if instrument.name == name)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many comparisons ended in each verdict, over all instruments at the length of the real list."""
        return count_verdicts(gap for i in self.instruments for a in i.attributes for gap in a.gaps)
