"""A challenger in the shadow: it scores the people of the same requests, is never shown, and only counts are kept.

A request hands over the names of those it has scored and goes on; a thread of its own looks up what the challenger says
of them. It has ranked everybody once, as the model in force has, so a request costs it a look into two tables. What it
cannot take at once is dropped and counted, and whatever fails in it is counted and logged: no answer waits for it.
"""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matac_ml import clock
from matac_ml.bundle import load_bundle
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import Ranking, rank_everybody
from serving.deployment.active import ActiveDeployment
from serving.deployment.shadow_counts import ShadowCounts

logger = logging.getLogger("matac.shadow")

#: Requests that wait for the challenger at most; beyond that they are dropped and counted.
MOST_WAITING = 1_000
#: Counts that are written together at most.
_TOGETHER = 2_000
#: Differences in probability are counted by these upper ends, and beyond the last.
DIFFERENCES = (0.01, 0.05, 0.1)
Floats = npt.NDArray[np.float64]
_Asked = tuple[tuple[str, ...], date]


@dataclass(frozen=True)
class Pair:
    """Both rankings of everybody at one time, and who is on the list by each.

    Attributes
    ----------
    champion : str
        Hash of the bundle in force; empty where the matrix alone is.
    """

    served: Ranking
    other: Ranking
    as_of: date
    champion: str
    challenger: str
    on_served: frozenset[str]
    on_other: frozenset[str]

    @classmethod
    def of(cls, deployment: ActiveDeployment, bundle: Path) -> "Pair":
        """Rank everybody by the challenger too; ShownError where its bundle cannot be used."""
        context, challenger = deployment.context, load_bundle(bundle)
        beside = ScoringContext(
            policy=context.policy,
            harm=challenger.harm,
            model=challenger,
            as_of=context.as_of,
            data_as_of=context.data_as_of,
            data_hash=context.data_hash,
            today=context.today,
        )
        other = rank_everybody(deployment.extract, beside)
        k, order = context.policy.capacity, "model" if context.model is not None else "matrix"
        served = deployment.ranking
        return cls(
            served,
            other,
            context.as_of,
            context.model.hash if context.model is not None else "",
            challenger.hash,
            frozenset(map(str, served.first(k, order=order).people["person_id"])),
            frozenset(map(str, other.first(k, order="model").people["person_id"])),
        )

    @cached_property
    def _numbers(self) -> tuple[Floats, Floats]:
        served, other = (ranking.people["probability"] for ranking in (self.served, self.other))
        return served.to_numpy(np.float64), other.to_numpy(np.float64)

    def counts(self, people: Sequence[str], as_of: date) -> Counter[str]:
        """How often the two agree about these people; nothing in it names or describes anybody."""
        found = Counter({"requests": 1, "people": len(people)})
        for person in people:
            place, other = self.served.place(person), self.other.place(person)
            if as_of != self.as_of or place is None or other is None:
                found["not compared: not ranked on this day"] += 1
                continue
            found[_PLACES[person in self.on_served, person in self.on_other]] += 1
            found[_difference(self._numbers[0][place], self._numbers[1][other])] += 1
        return found


_PLACES = {
    (True, True): "place: both",
    (False, False): "place: neither",
    (True, False): "place: only by the one in force",
    (False, True): "place: only by the challenger",
}


def _difference(before: float, after: float) -> str:
    if before != before or after != after:
        return "difference: one gives no number"
    by = abs(after - before)
    reached = next((f"up to {end:g}" for end in DIFFERENCES if by <= end), f"over {DIFFERENCES[-1]:g}")
    return f"difference: {reached}"


class Shadow:
    """Scores what was asked for by a challenger, aside.

    Parameters
    ----------
    bundle : Path or None
        Folder of the challenger; None switches it off.
    deployment : callable
        What is in force.
    kept : ShadowCounts
        Where the counts go.
    """

    def __init__(self, bundle: Path | None, deployment: Callable[[], ActiveDeployment], kept: ShadowCounts) -> None:
        self._bundle, self._deployment, self._kept = bundle, deployment, kept
        self._waiting: queue.Queue[_Asked | None] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self._counted: Counter[str] = Counter()
        self._pair: Pair | None = None
        self._of: ActiveDeployment | None = None
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)

    def start(self) -> None:
        """Begin, where a challenger is named."""
        if self._bundle is not None:
            self._thread.start()

    def stop(self) -> None:
        """End when what waits is done; a service that stops does not wait for it."""
        if self._bundle is not None:
            try:
                self._waiting.put_nowait(None)
            except queue.Full:
                logger.warning("the challenger was behind when the service stopped")

    def saw(self, people: Sequence[str], as_of: date) -> None:
        """Hand over whom an answer scored. It returns at once, whatever the challenger does."""
        if self._bundle is None:
            return
        try:
            self._waiting.put_nowait((tuple(people), as_of))
        except queue.Full:
            self._dropped += 1

    def _run(self) -> None:
        while (asked := self._waiting.get()) is not None:
            try:
                self._compare(*asked)
            except Exception as error:
                # The text of an error could hold a value of a person.
                logger.error("the challenger failed: %s", type(error).__name__)
                self._counted["failed"] += 1
            if self._waiting.empty() or self._counted.total() > _TOGETHER:
                self._keep()
        self._keep()

    def _compare(self, people: Sequence[str], as_of: date) -> None:
        deployment = self._deployment()
        if self._bundle is not None and deployment is not self._of:
            self._keep()
            # Also where it cannot be loaded: tried again when something else is in force, not at every request.
            self._of, self._pair = deployment, None
            self._pair = Pair.of(deployment, self._bundle)
        self._counted += self._pair.counts(people, as_of) if self._pair else Counter({"failed": 1})

    def _keep(self) -> None:
        """Write what was counted: a file is written to at most once for each request, and seldom where many wait."""
        self._counted["dropped"], self._dropped = self._counted["dropped"] + self._dropped, 0
        counts, self._counted, pair = +self._counted, Counter(), self._pair
        if counts:
            self._kept.add(clock.today(), pair.champion if pair else "", pair.challenger if pair else "", counts)
