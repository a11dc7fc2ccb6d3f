"""The page of rolling origins: measures of each origin, what each rule of selection would have cost, reliability."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from matac_ml.csvfile import csv_text
from matac_ml.evaluation import BY_NAME
from matac_ml.facts import ContenderFacts, Estimate
from matac_ml.fairness.disclosure import MINIMUM_CELL
from matac_ml.outfile import write_text
from matac_ml.page import COLOURS, MARKERS, Picture, Table, as_html, write_prose
from model_cards.figures import day
from model_cards.figures import figure as in_words
from model_cards.performance import Performance, performance, printed, printed_difference, told_apart
from training.contender_facts import contender_facts
from training.origins import Origin, Reliability, by_area, listed, reliability, together
from training.recipe import SERVABLE, Recipe
from training.report import figure, with_interval
from training.selection_rules import regrets

_TEMPLATE = Path(__file__).parent / "templates" / "origins.md"
REPORT, LISTS = "origins.html", "origin-lists.csv"
#: The models chosen and the matrix on the lists of all origins.
Pooled = tuple[ContenderFacts, ContenderFacts]
#: Measures by which rules of selection are judged.
_JUDGED = ("precision_at_k", "auc", "brier")


def write_origins(
    origins: tuple[Origin, ...], out: Path, *, recipe: Recipe, force: str, outcome: str
) -> tuple[str, ...]:
    """Write the page and every list into ``out`` and return what to know first."""
    pooled = together(origins, resamples=recipe.resamples, seed=recipe.seed)
    said = _first(origins, pooled)
    tables = (
        _each(origins, pooled),
        *(_contenders(origins, measure) for measure in ("precision_at_k", "harm_at_k", "auc")),
        _rules(origins),
        _reliability("Reliability at each origin", _over_time(origins, recipe)),
        _reliability("Reliability in each area, all origins together", _areas(origins, recipe)),
    )
    content = {
        "title": f"Rolling origins: {force or 'an extract'}",
        "summary": f"{outcome}. {len(origins)} origins, {origins[0].found.k} places on each list.",
        "said": said,
        "pictures": tuple(_picture(origins, measure) for measure in ("precision_at_k", "auc", "calibration_intercept")),
        "tables": tuple(table for table in tables if table.rows),
    }
    write_text(out / REPORT, as_html(write_prose(_TEMPLATE, content)))
    head = ("as_of", "drawn_up_by", "person_id", "score", "share_of_a_place", "outcome_recorded")
    write_text(out / LISTS, csv_text(head, listed(origins)))
    return said


def _first(origins: Sequence[Origin], pooled: Pooled | None) -> tuple[str, ...]:
    """How often the lists of the model were worse or better than the matrix's, beyond chance."""
    lines = []
    kept_out = sum(not origin.later for origin in origins)
    if kept_out:
        lines.append(
            f"At {kept_out} of {len(origins)} origins the history was too short to calibrate on later dates: scores of "
            "the people fitted on, each by a model of other people, calibrated instead."
        )
    if pooled is not None:
        lines += _against_matrix(origins, pooled)
    judged = regrets([origin.result("auc") for origin in origins])[1]
    if judged < 3:
        lines.append(
            f"Rules of selection can be judged at {judged} of {len(origins)} origins: only there were the outcomes of "
            "an earlier origin known. A shorter horizon or longer records give more."
        )
    return tuple(lines)


def _name(origin: Origin) -> str:
    first, *rest = origin.days
    return f"{day(first)} to {day(rest[-1])}" if rest else day(first)


def _against_matrix(origins: Sequence[Origin], pooled: Pooled) -> list[str]:
    """What is told from chance, by the figures as they are printed."""
    model, matrix = map(performance, pooled)
    name, k = "precision_at_k", origins[0].found.k
    verdict = "no difference can be told from chance"
    if told_apart(model, matrix, name):
        lower = (model.difference(name, matrix).value or 0.0) < 0
        verdict = f"the models are {'worse' if lower else 'better'} than the matrix by more than chance explains"
    apart = [pair for origin in origins if told_apart(*(pair := _pair(origin)), name)]
    worse = sum((mine.difference(name, other).low or 0.0) < 0 for mine, other in apart)
    return [
        f"On the lists of all origins together, precision at {k} is {printed(model, name)} for the models chosen and "
        f"{printed(matrix, name)} for the matrix, a difference of "
        f"{printed_difference(model, matrix, name)}: {verdict}.",
        f"Taken one by one, the model is better by more than chance explains at {len(apart) - worse} of "
        f"{len(origins)} origins, and worse at {worse}.",
    ]


def _pair(origin: Origin) -> tuple[Performance, Performance]:
    """The model chosen and the matrix, as they may be printed."""
    return _performance(origin, origin.found.chosen), _performance(origin, "matrix")


def _performance(origin: Origin, name: str) -> Performance:
    return performance(contender_facts(origin.found[name], origin.found))


_SHOWN = ("precision_at_k", "harm_at_k", "auc", "brier")
_GAPS = ("precision_at_k", "harm_at_k")


def _each(origins: Sequence[Origin], pooled: Pooled | None) -> Table:
    rows = []
    for origin in origins:
        model = _performance(origin, origin.found.chosen)
        cells = (printed(model, name) for name in _SHOWN)
        gaps = (printed_difference(*_pair(origin), name) if pooled else "–" for name in _GAPS)
        rows.append((_name(origin), f"{origin.fitted_on:,}", origin.chosen.label, *cells, *gaps))
    if pooled is not None:
        model, matrix = map(performance, pooled)
        cells = (printed(model, name) if name in _GAPS else "–" for name in _SHOWN)
        rows.append(("All lists together", "–", "–", *cells, *(printed_difference(model, matrix, n) for n in _GAPS)))
    titles = [BY_NAME[name].title for name in _SHOWN]
    head = ("Test dates", "Rows fitted on", "Chosen", *titles, *(f"{t}, less the matrix's" for t in titles[:2]))
    note = "The model that a run would have chosen at each origin, with 95 % intervals in which people are drawn again."
    return Table("Each origin", head, tuple(rows), frozenset(range(3, len(head))), note=note)


def _contenders(origins: Sequence[Origin], measure: str) -> Table:
    names = [contender.name for contender in origins[-1].found.contenders]
    labels = [origins[-1].found[name].label for name in names]
    rows = [
        (_name(origin), *(printed(_performance(origin, n), measure) if n in origin.found else "–" for n in names))
        for origin in origins
    ]
    title, numbers = BY_NAME[measure].title, frozenset(range(1, len(labels) + 1))
    return Table(f"{title} of every contender", ("Test dates", *labels), tuple(rows), numbers)


def _rules(origins: Sequence[Origin]) -> Table:
    rows = []
    for measure in _JUDGED:
        found, judged = regrets([origin.result(measure) for origin in origins])
        digits = BY_NAME[measure].decimals
        rows += [
            (BY_NAME[measure].title, regret.rule, figure(regret.mean, digits=digits),
             figure(regret.worst, digits=digits), f"{regret.best:.0%}", f"{judged}")
            for regret in found
        ]  # fmt: skip
    head = ("Measure", "Rule", "Mean regret", "Largest regret", "Took the best", "Origins judged")
    note = (
        "Regret is what the best of the models that can be served reached at an origin beyond the one that the rule "
        f"took ({', '.join(SERVABLE)}). A rule sees only earlier origins whose outcomes were known on the first test "
        "date. Over few origins these figures have no intervals: small differences between rules say nothing."
    )
    return Table("What each rule of selection would have cost", head, tuple(rows), frozenset({2, 3, 4, 5}), note=note)


def _over_time(origins: Sequence[Origin], recipe: Recipe) -> list[Reliability]:
    return [
        reliability(
            _name(origin), origin.found.test.y, origin.chosen.probability, origin.found.test.person,
            resamples=recipe.resamples, seed=recipe.seed,
        )
        for origin in origins
    ]  # fmt: skip


def _areas(origins: tuple[Origin, ...], recipe: Recipe) -> list[Reliability]:
    return by_area(origins, resamples=recipe.resamples, seed=recipe.seed)


def _reliability(title: str, found: Sequence[Reliability]) -> Table:
    rows = []
    for part in found:
        if min(part.people_with, part.people_without) < MINIMUM_CELL:
            rows.append((part.what, "hidden", "hidden", "hidden"))
            continue
        gap = with_interval(part.difference, signed=True)
        rows.append((part.what, f"{part.predicted:.3f}", f"{part.recorded:.3f}", gap))
    head = ("Where", "Predicted share", "Recorded share", "Recorded less predicted")
    note = (
        "Of the model chosen at each origin. Above 0 more was recorded than predicted. Where fewer than "
        f"{MINIMUM_CELL} different people have, or do not have, the outcome, nothing is printed."
    )
    return Table(title, head, tuple(rows), frozenset({1, 2, 3}), note=note)


def _ends(found: Estimate) -> tuple[float, float, float]:
    """Value, low and high; the value itself where there is no interval."""
    value = found.value or 0.0
    return value, value if found.low is None else found.low, value if found.high is None else found.high


def _picture(origins: Sequence[Origin], measure: str) -> Picture:
    """One measure of model and matrix at each origin, with intervals; the table below holds the same."""
    drawing = Figure(figsize=(6.5, 2.8))
    axes = drawing.subplots()
    title = BY_NAME[measure].title
    shown = [("The model chosen", [_performance(o, o.found.chosen).estimate(measure) for o in origins])]
    if all("matrix" in origin.found for origin in origins) and BY_NAME[measure].ideal is None:
        shown.append(("RFGV matrix", [_performance(origin, "matrix").estimate(measure) for origin in origins]))
    for i, (label, values) in enumerate(shown):
        points = [(n + 0.12 * i, *_ends(found)) for n, found in enumerate(values) if found.value is not None]
        x, y, low, high = zip(*points, strict=True) if points else ((), (), (), ())
        reach = [np.clip(np.subtract(y, low), 0, None), np.clip(np.subtract(high, y), 0, None)]
        style = ("-", "--")[i]
        axes.errorbar(x, y, yerr=reach, color=COLOURS[i], marker=MARKERS[i], ms=5, lw=1.2, ls=style, label=label)
    if (ideal := BY_NAME[measure].ideal) is not None:
        axes.axhline(ideal, color="0.6", lw=1, ls="--")
    axes.set_xticks(range(len(origins)), [f"{origin.days[0]:%d %b %Y}" for origin in origins], fontsize=7)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_ylabel(title, fontsize=8)
    axes.legend(fontsize=8, frameon=False)
    said = "; ".join(f"{label}: " + ", ".join(in_words(value.value) for value in values) for label, values in shown)
    return Picture.drawn(drawing, f"{title} at each origin, by its first test date, with 95 % intervals. {said}.")
