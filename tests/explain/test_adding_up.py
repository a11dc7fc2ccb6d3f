"""The reasons of 200 people add up to their scores, none is hidden, and every sentence reads as one."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from matac_ml.api.explanation import ExplainedScore
from matac_ml.asof import read_people
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import rank_everybody
from tests.explain.conftest import Scored
from tests.explain.made_up import make_bundle

#: What reads as if a program had written it.
CLUMSY = re.compile(r"\bnan\b|\bNone\b|  |\{|\.\.|, ,|\b1 (victims|days|incidents)\b|\.\d*0\b|were with\b")


@pytest.fixture(scope="module", params=["curves", "trees"])
def explained(
    request: pytest.FixtureRequest, scored: Scored, tmp_path_factory: pytest.TempPathFactory
) -> Sequence[ExplainedScore]:
    """Two hundred people from all over the list, by the model of the other tests and by trees on every feature."""
    context, ranking = scored.setting, scored.ranking
    if request.param == "trees":
        assert scored.extract.folder is not None
        model = make_bundle(scored.extract.folder, tmp_path_factory.mktemp("trees") / "bundle", trees=True)
        context = ScoringContext(
            policy=model.policy,
            harm=model.harm,
            model=model,
            as_of=context.as_of,
            data_as_of=context.data_as_of,
            data_hash=context.data_hash,
            today=context.today,
        )
        ranking = rank_everybody(scored.extract, context)
        context = replace(context, rank_table=ranking.rank_table)
    numbered = ranking.people.index[ranking.people["probability"].notna()]
    people = [str(person) for person in numbered[:: len(numbered) // 200][:200]]
    files = read_people(scored.extract, people)
    found = explain_people([Subject(files[person], values=ranking.values(person)) for person in people], context)
    scores = [score for score in found if isinstance(score, ExplainedScore)]
    assert len(scores) == 200
    return scores


def test_reasons_add_up_to_families_and_families_to_the_score(explained: Sequence[ExplainedScore]) -> None:
    """Every feature of the model is a reason or counted in the rest of its family, and nothing is left over."""
    of_each = set()
    for score in explained:
        model = score.model
        assert model is not None
        assert model.base_log_odds is not None
        assert model.log_odds is not None
        total = model.base_log_odds
        for family in score.families:
            listed = sum(reason.contribution for reason in family.reasons)
            assert listed + family.rest == pytest.approx(family.contribution, abs=1e-12)
            total += family.contribution
        assert total == pytest.approx(model.log_odds, abs=1e-9)
        of_each.add(sum(len(family.reasons) + family.rest_count for family in score.families))
    assert len(of_each) == 1  # as many for everybody: those of the model


def test_every_sentence_reads_as_one(explained: Sequence[ExplainedScore]) -> None:
    """Begun with a capital or a figure, ended with a full stop, and nothing in it that only a program would write."""
    said = {reason.text for score in explained for family in score.families for reason in family.reasons}
    said |= {family.text for score in explained for family in score.families}
    said |= {score.agreement.text for score in explained}
    said |= {caution.text for score in explained for caution in score.cautions}
    assert len(said) > 300
    odd = sorted(text for text in said if CLUMSY.search(text) or not re.match(r"[-A-Z0-9].*\.$", text, re.DOTALL))
    assert odd == []
