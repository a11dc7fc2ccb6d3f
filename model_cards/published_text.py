"""Sentences that a run wrote, with their figures rounded for publication."""

import re
from collections.abc import Iterable, Mapping

from matac_ml.facts import ContenderFacts, Estimate, GateFacts, RunFacts
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, Rounding, at_least

#: What papers call the model in the bundle; its type stands in their last table.
THE_MODEL = "The model"
_OF = (
    r"(?:test |fitting |training |different |more )?(?:people|persons?|victims?|suspects?|rows|row|person-dates|"
    r"outcomes?|incidents?|records?|pairs|crimes|referrals|cases)\b"
)
_NUMBER = r"(?<![\d.,/-])(\d{1,3}(?:,\d{3})+|\d+)"
_COUNT = re.compile(rf"(?:{_NUMBER} of (?:the )?)?{_NUMBER}( {_OF})")
_MEASURE = re.compile(r"(?<![\d.])[+-]?\d*\.\d{3,}(?![\d.])")


class Sentences:
    """Rounds the figures of sentences.

    Parameters
    ----------
    lists : int
        As-of dates of the test, over which one person can have as many rows.
    step : float
        Of a measure of everybody.
    known : mapping of text to float, optional
        Figures that tables print too, as :func:`known_figures` gives them.
    """

    def __init__(self, to: Rounding, *, lists: int, step: float, known: Mapping[str, float] | None = None) -> None:
        self._to, self._lists, self._step, self._known = to, lists, step, known or {}

    def rounded(self, text: str) -> str:
        """Round counts of people and rows, and measures to many places."""
        text = _COUNT.sub(lambda m: (f"{self._count(m[1])} of " if m[1] else "") + f"{self._count(m[2])}{m[3]}", text)
        return _MEASURE.sub(lambda m: self._measure(m[0]), text)

    def gate(self, gate: GateFacts) -> GateFacts:
        """A gate without its exact figures; where rounding made two figures equal, it says that they are not."""
        text = self.rounded(gate.text)
        shown = [float(figure) for figure in _MEASURE.findall(text)]
        shown += [gate.bound] if len(shown) == 1 and gate.bound is not None else []
        if gate.figure != gate.bound and len(shown) == 2 and shown[0] == shown[1]:
            text += "; they differ by less than these figures show"
        return gate.model_copy(update={"text": text, "figure": None, "bound": None})

    def _count(self, figure: str) -> str:
        base = round(at_least(BASE * self._lists))
        count = self._to.count(int(figure.replace(",", "")), "text", figure, base=base)
        return f"about {count:,}" if count != NOT_SHOWN else f"fewer than {2 * base:,}"

    def _measure(self, figure: str) -> str:
        places = 3 if self._step < 0.01 else 2
        if figure in self._known:
            return f"{self._known[figure]:.3f}"
        if 0 < abs(float(figure)) < self._step:
            return f"below {self._step:g}"
        value = self._to.to(float(figure), self._step, "whole")
        return f"{value:+.{places}f}" if figure[:1] in "+-" and value else f"{abs(value):.{places}f}"


def known_figures(exact: RunFacts, printed: Iterable[ContenderFacts]) -> dict[str, float]:
    """Exact figures as sentences write them, with what the tables print: those of the model and the matrix first."""
    known: dict[str, float] = {}
    for contender in sorted(printed, key=lambda contender: contender.name not in (exact.chosen, "matrix")):
        for measure in ("auc", "brier"):
            before, after = (
                which.measures.get(measure, Estimate(value=None)).value for which in (exact[contender.name], contender)
            )
            if before is not None and after is not None:
                known |= {
                    text: after for places in (3, 4) if (text := f"{before:.{places}f}") not in known
                }  # fmt: skip
    return known


def in_words(text: str, labels: Mapping[str, str]) -> str:
    """Contenders by their labels, not by their names in the recipe; losses too small to print are left out."""
    text = re.sub(r" \(log-loss[^()]*\)", "", text)
    for name in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", labels[name], text)
    return text
