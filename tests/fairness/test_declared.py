"""A measure is declared once, and from there reaches comparison, audit, publication and the pages."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from matac_ml import evaluation, fairness
from matac_ml.evaluation import FoldRows, PersonBootstrap, measure
from matac_ml.facts import AuditFacts, ContenderFacts, Estimate
from matac_ml.fairness import Instrument, audit
from model_cards.bias_files import bias_files
from model_cards.performance import at_capacity, over_all
from model_cards.published_audit import published_audit
from tests.docs.generate import ROOT

PEOPLE = 900


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, score, person and list of made-up rows."""
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(PEOPLE), 2)
    score = rng.normal(size=person.size)
    return (rng.random(person.size) < 1 / (1 + np.exp(-score))).astype(float), score, person, np.tile([0, 1], PEOPLE)


@pytest.fixture(scope="module")
def whole() -> AuditFacts:
    """An audit of matrix and model, by one attribute."""
    y, score, person, cycle = rows()
    model = Instrument("model", "Model", score, 1 / (1 + np.exp(-score)))
    groups = pd.DataFrame({"sex": np.where(np.arange(PEOPLE) % 3, "male", "female")})
    return audit(
        (Instrument("matrix", "Matrix", np.round(score)), model), outcome=y, person=person, cycle=cycle, groups=groups,
        k=200, resamples=20, permutations=20,
    )  # fmt: skip


def test_every_measure_of_a_list_is_compared_with_an_interval() -> None:
    """Nothing that is declared is left out of a comparison, and nothing else is in it."""
    y, score, person, cycle = rows()
    tested = FoldRows(y, y * 2, y, person, cycle, 100, 0.4)
    found = measure(tested, score, 1 / (1 + np.exp(-score)), draws=PersonBootstrap(person, resamples=20))
    assert list(found.values) == list(found.replicates) == [m.name for m in evaluation.MEASURES]
    assert all(value.low <= value.value <= value.high for value in found.values.values())


def test_every_measure_of_a_group_is_audited_and_published(whole: AuditFacts) -> None:
    """Every group has every measure; groups are compared by those that say so; publication loses none."""
    declared = [m.name for m in fairness.MEASURES]
    for facts in (whole, published_audit(whole)):
        groups = facts["model"].attributes[0].groups
        assert [list(group.measures) for group in groups] == [declared] * 2
    tested = {m.name for m in fairness.MEASURES if m.tested}
    assert {gap.measure for gap in whole["model"].attributes[0].gaps} == tested


def test_every_measure_is_in_the_papers(whole: AuditFacts) -> None:
    """The tables of contenders name every measure of a list, and the file of groups every measure of a group."""
    figures = {m.name: Estimate(value=0.5) for m in evaluation.MEASURES}
    run = SimpleNamespace(contenders=(ContenderFacts(name="model", label="Model", measures=figures),), chosen="model")
    heads = {head for table in (at_capacity(run), over_all(run)) for head in table[0]}
    assert {m.title for m in evaluation.MEASURES} <= heads
    assert all(m.title in bias_files(whole)["bias-groups.csv"] for m in fairness.MEASURES)


@pytest.mark.parametrize("declared", [*evaluation.MEASURES, *fairness.MEASURES], ids=lambda m: m.name)
def test_every_measure_is_in_the_docs(declared: evaluation.Measure | fairness.measures.GroupMeasure) -> None:
    """The page names its title, its name in files and its formula."""
    page = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
    assert all(text in page for text in (declared.title, f"`{declared.name}`", str(declared.formula)))
