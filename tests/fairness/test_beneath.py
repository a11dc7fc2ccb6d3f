"""What lies under the audit: errors within groups, roles, victims, and pairs recorded against each other."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from matac_ml.facts import Verdict
from matac_ml.fairness.counter import counter_allegations, mutual_pairs, questions
from matac_ml.fairness.cuts import Cut, share_above
from matac_ml.fairness.groups import TITLES, audit_groups
from matac_ml.fairness.history import EACH_OTHER, SUSPECT_ONLY, groups_of_history, with_pairs
from matac_ml.fairness.victims import VictimRows, victim_side
from matac_ml.fairness.within import auc_by_group, slope_by_group
from matac_ml.records import Extract


def clustered(*, people: int = 400, each: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, score and person of rows that go together by person."""
    rng = np.random.default_rng(seed)
    level = rng.normal(size=people)
    person = np.repeat(np.arange(people), each)
    y = (rng.random(len(person)) < 1 / (1 + np.exp(0.5 - 1.5 * level[person]))).astype(float)
    return y, level[person] + 0.5 * rng.normal(size=len(person)), person


def test_auc_and_slope_within_groups_are_those_of_scikit_learn() -> None:
    """Each group's AUC is roc_auc_score's; its slope is that of an unpenalised logistic model on the log-odds."""
    y, score, person = clustered()
    code = np.arange(400) % 2
    p = 1 / (1 + np.exp(0.3 - score))
    area, _ = auc_by_group(y, score, person, code, 2)
    slope, _ = slope_by_group(y, p, person, code, 2)
    for g in (0, 1):
        mine = code[person] == g
        assert area[g] == pytest.approx(roc_auc_score(y[mine], score[mine]), abs=1e-12)
        x = (score[mine] - 0.3)[:, None]
        theirs = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(x, y[mine]).coef_[0, 0]
        assert slope[g] == pytest.approx(theirs, rel=1e-4)


def test_rows_of_one_score_count_half_within_groups() -> None:
    """With ties, a group's AUC is still roc_auc_score's."""
    y, score, person = clustered()
    code, score = np.arange(400) % 2, np.round(score)
    area, error = auc_by_group(y, score, person, code, 2)
    for g in (0, 1):
        mine = code[person] == g
        assert area[g] == pytest.approx(roc_auc_score(y[mine], score[mine]), abs=1e-12)
        alone, spread = auc_by_group(y[mine], score[mine], person[mine], np.zeros(400, dtype=np.int64), 1)
        assert (alone[0], spread[0]) == (pytest.approx(area[g]), pytest.approx(error[g], rel=0.01))


def test_errors_grow_with_clusters() -> None:
    """The errors of AUC and slope match the spread over two hundred draws of people, not of rows."""
    found = []
    for seed in range(200):
        y, score, person = clustered(people=150, seed=seed)
        one = np.zeros(150, dtype=np.int64)
        found.append(
            [f(y, s, person, one, 1) for f, s in ((auc_by_group, score), (slope_by_group, 1 / (1 + np.exp(-score))))]
        )
    values = np.array(found)[..., 0]
    for which in (0, 1):
        spread, said = values[:, which, 0].std(), values[:, which, 1].mean()
        assert said == pytest.approx(spread, rel=0.2)


def extract() -> Extract:
    """Two people recorded against each other, one suspect more often and first, and a third who is a suspect only."""
    incidents, links = [], []
    for n, (suspect, victim, day) in enumerate(
        [("A", "B", "2024-01-01"), ("A", "B", "2024-02-01"), ("B", "A", "2024-03-01"), ("C", "D", "2024-03-05")]
    ):
        incidents.append({"incident_id": f"I{n}", "occurred_on": day, "recorded_on": day, "is_crime": True})
        links += [
            {"incident_id": f"I{n}", "person_id": suspect, "role": "suspect"},
            {"incident_id": f"I{n}", "person_id": victim, "role": "victim", "relationship": "partner"},
        ]
    people = [{"person_id": p, "sex": s, "deprivation_decile": d} for p, s, d in
              (("A", "male", 1), ("B", "female", 10), ("C", "male", None), ("D", "female", 2))]  # fmt: skip
    return Extract.from_tables({"incidents": incidents, "involvements": links, "people": people})


def test_roles_and_relationships_are_what_was_known_before_the_list() -> None:
    """People recorded against each other are a group of their own, and only from the day that was known."""
    held = extract()
    con = with_pairs(held)
    day = pd.Timestamp("2024-03-02").date()
    late = groups_of_history(con, day)
    assert late.loc["A", "roles"] == late.loc["B", "roles"] == EACH_OTHER
    early = groups_of_history(con, pd.Timestamp("2024-03-01").date())
    assert early.loc["A", "roles"] == SUSPECT_ONLY
    groups = audit_groups(held.people_frame(), ["A", "B", "C"], day, history=late)
    assert groups["deprivation"].tolist() == ["decile 1 (most deprived)", "decile 10 (least deprived)", "Not stated"]
    assert groups.loc["A", "sex_by_roles"] == f"male, {EACH_OTHER}"
    assert set(groups) <= set(TITLES)


def test_the_primary_suspect_of_a_pair_is_asked_for() -> None:
    """Where one of two accused each other more often and first, the audit says how often that one stands first."""
    held = extract()
    con = with_pairs(held)
    pair = mutual_pairs(con, pd.Timestamp("2025-01-01").date())
    assert pair[["one", "other", "by_one", "by_other"]].to_numpy().tolist() == [["A", "B", 2, 1]]
    many = pd.concat([pair.assign(one=f"A{i}", other=f"B{i}") for i in range(40)], ignore_index=True)
    sex = {f"{who}{i}": kind for i in range(40) for who, kind in (("A", "male"), ("B", "female"))}
    place = pd.Series({f"A{i}": 0.1 for i in range(40)} | {f"B{i}": 0.2 if i < 30 else 0.05 for i in range(40)})
    found = counter_allegations(
        many, questions(many, sex), instruments={"m": ("Matrix", place)},
        roles=pd.Series(EACH_OTHER, index=list(sex)), sex=pd.Series(sex),
    )  # fmt: skip
    often, _, woman = found.lines
    assert often.pairs == 40
    assert often.share.value == pytest.approx(0.75)
    assert often.share.low is not None
    assert often.share.low > 0.5
    assert woman.share.value == pytest.approx(0.25)


def victims(*, missed: bool, seed: int) -> Verdict:
    """The verdict on the places of suspects of two groups of victims, who cluster by suspect."""
    rng = np.random.default_rng(seed)
    suspects = 400
    score = rng.normal(size=suspects)
    count = rng.integers(1, 6, suspects)
    suspect = np.repeat(np.arange(suspects), count)
    group = np.where(rng.random(suspects) < 0.3, "b", "a")[suspect]  # all victims of one suspect are of one group
    if missed:
        score -= 1.0 * np.isin(np.arange(suspects), suspect[group == "b"])
    cycle = np.zeros(suspects, dtype=np.int64)
    rows = VictimRows(suspect, np.arange(len(suspect)), suspect, pd.DataFrame({"sex": group}))
    listed = {"m": ("Matrix", Cut(places=40).chosen(score, None, cycle), share_above(score, cycle))}
    found = victim_side(listed, rows, titles=TITLES, rule="", replicates=400, seed=1)
    return next(g.verdict for g in found.instruments[0].attributes[0].gaps if g.measure == "mean_place")


def test_victims_whose_suspects_stand_lower_are_found() -> None:
    """A group of victims whose suspects score lower is named; groups by chance seldom are, though they cluster."""
    assert victims(missed=True, seed=0) is Verdict.DISPARITY
    assert sum(victims(missed=False, seed=s) is Verdict.DISPARITY for s in range(1, 41)) <= 6


def test_a_few_victims_are_no_group_and_no_figure_leaves_its_range() -> None:
    """Nine people are too few however often they were named; shares of everybody missed stay between 0 and 1."""
    n = 400
    suspect = np.arange(n)
    victim = np.where(suspect < 90, suspect % 9, suspect)
    group = np.where(np.arange(n) < 9, "nine", np.where(np.arange(n) < 200, "a", "b"))
    chosen = (suspect % 40 == 39).astype(float)
    rows = VictimRows(suspect, victim, suspect, pd.DataFrame({"sex": group}))
    found = victim_side(
        {"m": ("Matrix", chosen, np.linspace(0, 1, n))}, rows, titles=TITLES, rule="", replicates=100, seed=1
    )
    (attribute,) = found.instruments[0].attributes
    nine, others = attribute.groups[2], attribute.groups[:2]
    assert (nine.group, nine.people, nine.rows) == ("nine", 9, 90)
    assert all(estimate.low is None for estimate in nine.measures.values())
    assert all("nine" in gap.too_small for gap in attribute.gaps)
    # Each of the others' suspects stands once: the interval of a mean place is that of as many people drawn alike.
    of_b = np.linspace(0, 1, n)[group == "b"]
    place = others[1].measures["mean_place"]
    assert place.low is not None
    assert place.high is not None
    assert place.high - place.low == pytest.approx(2 * 1.96 * of_b.std() / np.sqrt(len(of_b)), rel=0.02)
    for each in (estimate for other in others for estimate in other.measures.values()):
        assert each.low is not None
        assert each.high is not None
        assert 0 <= each.low <= each.value <= each.high <= 1  # type: ignore[operator]
    everybody = Cut(places=1).chosen(-np.arange(n, dtype=float), None, np.zeros(n, dtype=np.int64))
    missed = victim_side({"m": ("M", everybody, everybody)}, rows, titles=TITLES, rule="", replicates=100, seed=1)
    for other in missed.instruments[0].attributes[0].groups[:2]:
        assert (other.measures["false_negative_rate"].high or 0) <= 1
