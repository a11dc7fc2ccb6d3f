"""Ranks as they are told: equal people share one, and matrix and model are compared among the same people."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.api.explanation import Bounds, CautionKind, ExplainedScore, MatrixScore, ModelScore
from matac_ml.asof import read_person
from matac_ml.explain.context import Subject
from matac_ml.explain.model_score import ranks_if_fitted_again
from matac_ml.explain.person import compare, explain_people
from matac_ml.explain.rank_table import BothPositions, Position, RankTable
from matac_ml.explain.ranking import rank_everybody
from matac_ml.facts import RankReachFacts
from matac_ml.rfg import Policy, load_policy
from matac_ml.wording import rank
from tests.explain.conftest import Scored

NAN = float("nan")
people = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from([NAN, 0.1, 0.2, 0.3])), min_size=1, max_size=25
)


def table_of(rows: list[tuple[int, int, float]], capacity: int = 1) -> RankTable:
    """A table of people P0, P1 and so on: total, points of the tie rule, probability."""
    total, tie, likely = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return RankTable(
        [f"P{i}" for i in range(len(rows))],
        [total, tie],
        capacity=capacity,
        probabilities=likely,
        low=likely,
        high=likely,
    )


@given(people, st.integers(1, 30))
def test_ranks_are_those_that_counting_gives(rows: list[tuple[int, int, float]], k: int) -> None:
    """One more than the number of people above; both instruments among the people who have both; ties at the cut."""
    table = table_of(rows, k)
    both = [(row[2], *row[:2]) for row in rows if row[2] == row[2]]
    for i, (total, tie, likely) in enumerate(rows):
        key = (total, tie)
        above, equal = sum(row[:2] > key for row in rows), sum(row[:2] == key for row in rows)
        place = table.person(f"P{i}", key).by_matrix
        assert (place.rank, place.of, place.tied_with) == (above + 1, len(rows), equal - 1)
        tied = (equal, k - above) if above < k < above + equal else None
        assert table.person(f"P{i}", key).tied_at_cut == tied
        if likely == likely:
            places = table.person(f"P{i}", key).by_both(likely)
            assert places is not None
            assert places.matrix.of == places.model.of == len(both) == table.of_both
            assert places.matrix.rank == 1 + sum(one[1:] > key for one in both)
            assert places.model.rank == 1 + sum(one > (likely, *key) for one in both)


@given(people, st.integers(0, 6), st.integers(0, 3), st.sampled_from([0.05, 0.2, 0.35]))
def test_somebody_not_on_the_list_is_ranked_as_one_more(
    rows: list[tuple[int, int, float]], total: int, tie: int, likely: float
) -> None:
    """A partner's person takes a rank among one person more, never below the last."""
    table = table_of(rows)
    place = table.person("GP-1", (total, tie)).by_matrix
    assert (place.rank, place.of) == (1 + sum(row[:2] > (total, tie) for row in rows), len(rows) + 1)
    assert place.last <= place.of
    both = table.person("GP-1", (total, tie)).by_both(likely)
    assert both is not None
    assert both.model.of == both.matrix.of == table.of_both + 1
    assert "GP-1" not in table


@given(people)
def test_a_rank_lies_within_the_ranks_that_intervals_allow(rows: list[tuple[int, int, float]]) -> None:
    """Best: below those alone who lie wholly above. Worst: below everybody who reaches above the lower end."""
    table = table_of(rows)
    known = [row[2] for row in rows if row[2] == row[2]]
    for i, (total, tie, likely) in enumerate(rows):
        if likely == likely:
            place = table.person(f"P{i}", (total, tie)).by_model(likely, low=likely - 0.15, high=likely + 0.15)
            assert place is not None
            assert place.best == min(place.rank, 1 + sum(other > likely + 0.15 for other in known))
            assert place.worst == max(place.last, sum(other > likely - 0.15 for other in known))
            assert 1 <= place.best <= place.rank <= place.last <= place.worst <= place.of


@pytest.mark.parametrize(
    ("matrix", "model", "verdict", "said"),
    [
        ((3, 0), (300, 0), "matrix_higher", "the matrix ranks this person 3rd and the model 300th. They differ: only"),
        (
            (1, 1),
            (2, 0),
            "agree",
            "joint 1st (equal with 1 other) and the model 2nd. They agree: both put the person among",
        ),
        ((11, 0), (11, 0), "agree", "both put the person outside the first 10"),
        ((10, 0), (10, 0), "agree", "10th and the model 10th. They agree"),
        ((9, 1), (12, 0), "matrix_higher", "joint 9th"),
        ((10, 1), (2, 0), "not_compared", "The matrix has 2 people equal at the last of the 10 places"),
        ((9, 4), (2, 0), "not_compared", "The matrix has 5 people equal at the last of the 10 places"),
        ((2, 0), (8, 9), "not_compared", "The model has 10 people equal at the last of the 10 places"),
        ((22, 0), (3, 0), "model_higher", "22nd and the model 3rd. They differ: only the model"),
    ],
)
def test_the_agreement_compares_ranks_among_the_same_people(
    matrix: tuple[int, int], model: tuple[int, int], verdict: str, said: str
) -> None:
    """Both ranks are of the people who have both; whoever is tied at the cut is neither on a list nor off it."""
    both = BothPositions(Position(matrix[0], 900, matrix[1]), Position(model[0], 900, model[1]))
    score = MatrixScore(lines=(), total=40, band="high", rank=7, of=3000)
    likely = ModelScore(outcome="a record", horizon_days=182, probability=0.2, rank=model[0], of=900)
    agreement = compare(score, likely, (), both=both, capacity=10)
    assert agreement.verdict == verdict
    assert said in agreement.text
    assert agreement.text.startswith("Among the 900 people who have both points and a probability")
    assert (agreement.of, agreement.matrix_rank, agreement.model_rank) == (900, matrix[0], model[0])


@pytest.mark.parametrize(
    ("value", "tied", "said"),
    [
        (1, 0, "1st"),
        (2, 0, "2nd"),
        (3, 0, "3rd"),
        (4, 0, "4th"),
        (11, 0, "11th"),
        (13, 0, "13th"),
        (21, 0, "21st"),
        (111, 0, "111th"),
        (1012, 0, "1,012th"),
        (1023, 0, "1,023rd"),
        (5, 1, "joint 5th (equal with 1 other)"),
        (5, 2100, "joint 5th (equal with 2,100 others)"),
    ],
)
def test_a_rank_is_said_as_people_say_it(value: int, tied: int, said: str) -> None:
    """1st, 12th, 23rd, and whether it is shared."""
    assert rank(value, tied_with=tied) == said


def test_whoever_the_policy_leaves_out_has_points_and_no_rank(scored: Scored) -> None:
    """No rank among people who are ranked is given to somebody who is not, and nothing is compared."""
    out = [str(one) for one in scored.ranking.people.index[~scored.ranking.people["eligible"]][:5]]
    assert out
    for said in explain_people([Subject(read_person(scored.extract, one)) for one in out], scored.setting):
        assert isinstance(said, ExplainedScore)
        assert said.matrix.rank is None
        assert said.agreement.verdict == "not_compared"
        assert said.model is None or said.model.rank is None


def test_a_tie_at_the_cut_is_a_caution_of_every_one_in_it_and_of_nobody_else(scored: Scored) -> None:
    """At a capacity that a tie straddles, everybody in the tie is told so, with the same words."""
    people = scored.ranking.first(60).people
    straddled = people[(people["tied_with"] > 0)].iloc[0]
    capacity = int(straddled["rank"])
    entry = scored.setting.policy.entry.model_copy(update={"capacity": capacity})
    policy = scored.setting.policy
    setting = replace(scored.setting, policy=Policy(entry, policy.text, policy.folder))
    setting = replace(setting, rank_table=rank_everybody(scored.extract, setting).rank_table)
    first = scored.ranking.first(capacity)
    tied = set(first.people.loc[first.people["tied_at_cut"], "person_id"])
    assert len(tied) == first.tied > first.places_left > 0
    said = explain_people([Subject(read_person(scored.extract, person)) for person in people["person_id"]], setting)
    told = [(score.person_id, c) for score in said if isinstance(score, ExplainedScore) for c in score.cautions]
    warned = {person_id: caution.text for person_id, caution in told if caution.kind is CautionKind.TIED_AT_CUT}
    assert set(warned) == tied
    assert len(set(warned.values())) == 1
    assert f"{first.tied} people, this one among them, are equal for the last" in next(iter(warned.values()))


@pytest.mark.parametrize("preset", ["rfgv-two-year", "rfgv-three-year", "rfh"])
@pytest.mark.parametrize("k", [1, 5, 37])
def test_a_list_breaks_no_tie_by_identifier(scored: Scored, preset: str, k: int) -> None:
    """Whatever the policy, whoever is equal to a person listed is listed too, under the same rank."""
    ranking = rank_everybody(
        scored.extract, replace(scored.setting, policy=load_policy(preset), model=None, matrix_only="-")
    )
    first, everybody = ranking.first(k), ranking.first(10_000).people
    keys = [tuple(row) for row in everybody[list(ranking.order)].to_numpy().tolist()]
    assert everybody["rank"].tolist() == [1 + sum(other > key for other in keys) for key in keys]
    listed = set(first.people["person_id"])
    last = min(keys[i] for i, one in enumerate(everybody["person_id"]) if one in listed)
    assert listed == {one for key, one in zip(keys, everybody["person_id"], strict=True) if key >= last}
    assert len(listed) - (first.tied - first.places_left) == min(k, len(keys))


def test_too_many_equal_people_are_counted_and_none_of_them_listed(scored: Scored) -> None:
    """Where a tie at the cut is longer than a list may be, nobody of it stands before another."""
    people = scored.ranking.first(60).people
    capacity = int(people[people["tied_with"] > 0].iloc[0]["rank"])
    whole = scored.ranking.first(capacity)
    cut = scored.ranking.first(capacity, most_lines=len(whole.people) - 1)
    assert len(cut.people) == capacity - whole.places_left
    assert (cut.tied, cut.places_left, cut.tied_shown) == (whole.tied, whole.places_left, False)


def test_a_rank_is_told_with_where_it_may_lie_when_the_model_is_fitted_again() -> None:
    """Of the ranks that were looked at together with it; none further down the list than was looked at."""
    reaches = (RankReachFacts(first=1, last=3, low=1, high=9), RankReachFacts(first=4, last=6, low=2, high=15))
    found = {rank: ranks_if_fitted_again(reaches, rank) for rank in (1, 3, 4, 6, 7)}
    assert found == {
        **dict.fromkeys((1, 3), Bounds(low=1, high=9)),
        **dict.fromkeys((4, 6), Bounds(low=2, high=15)),
        7: None,
    }


def test_a_list_by_the_model_holds_people_with_a_number_alone(scored: Scored) -> None:
    """Nobody is ranked by a model that abstains; the list says of how many people it is."""
    listed = scored.ranking.first(10_000, order="model").people
    assert listed["probability"].notna().all()
    assert len(listed) == scored.ranking.count(order="model") == scored.ranking.rank_table.of_both
    assert len(listed) <= scored.ranking.count()


def test_a_list_of_an_area_holds_everybody_eligible_there_and_nobody_else(scored: Scored) -> None:
    """Each area's list, in either order; together the lists hold everybody who has an area."""
    people = scored.ranking.people[scored.ranking.people["eligible"]]
    assert len(scored.ranking.areas()) > 1
    for area in scored.ranking.areas():
        for order, there in (("matrix", people), ("model", people[people["probability"].notna()])):
            found = scored.ranking.first(10_000, order=order, area=area).people
            assert set(found["person_id"]) == set(there.index[there["area"] == area])
