"""The catalogue holds what the issue of a MATAC meeting is about, and nothing that was decided against."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import CATALOGUE, DECIDED_AGAINST, OUTCOMES
from matac_ml.asof import evidence, feature_table, person_features, read_person
from matac_ml.harm import load_harm_index
from matac_ml.records import Extract, read_extract
from matac_ml.spec import COLUMNS, Aggregate, Family, features_from_json, features_to_json
from matac_ml.synthetic import Plant, make_force

HARM = load_harm_index("cchi-2026-medians")
WINDOWS = {28, 90, 182, 365, 730, 1095}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A small force with everything awkward planted."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(
        folder,
        incidents=3000,
        years=4,
        seed=5,
        plant=Plant(escalation=True, counter_allegations=True, late_recording=True),
    )
    return read_extract(folder)


def test_all_six_families_and_windows_are_there() -> None:
    """Sixty or more features, each name once, in six families, over the windows of the policy."""
    assert len(CATALOGUE) >= 60
    assert len({feature.name for feature in CATALOGUE}) == len(CATALOGUE)
    assert {feature.family for feature in CATALOGUE} == set(Family)
    assert {feature.window_days for feature in CATALOGUE} == WINDOWS


def test_every_feature_says_why_it_is_allowed() -> None:
    """Each has a sentence with its value, a reason, a source, and says what missing means where it can be missing."""
    for feature in CATALOGUE:
        assert feature.say(2.0)
        assert len(feature.allowed_because) > 20
        assert len(feature.source) > 10


def test_nothing_decided_against_can_be_declared() -> None:
    """The language has no column for a protected characteristic, and no feature looks at the officer's grade."""
    assert not set(COLUMNS) & {"ethnicity", "sex", "age", "birth_date", "area", "postcode", "deprivation_decile"}
    used = {c.column for feature in CATALOGUE for c in (*feature.where, *feature.of)}
    assert "dash_grade" not in used
    assert all(len(reason) > 20 for reason in DECIDED_AGAINST.values())


def test_the_catalogue_goes_to_json_and_back_byte_for_byte() -> None:
    """A bundle carries the declarations as data."""
    text = features_to_json(CATALOGUE)
    assert features_from_json(text) == CATALOGUE
    assert features_to_json(features_from_json(text)) == text


def test_both_engines_give_the_same_values(extract: Extract) -> None:
    """DuckDB for everybody and plain Python for one person agree on every feature of the catalogue."""
    as_of = extract.cut_off - timedelta(days=200)
    frame = feature_table(extract, CATALOGUE, [as_of], harm=HARM).set_index("person_id")
    busiest = frame["incidents_1095d"].sort_values(ascending=False).index
    for person_id in [*busiest[:60], *busiest[60::40]]:
        values = person_features(read_person(extract, str(person_id)), CATALOGUE, as_of, harm=HARM)
        mine = np.array([np.nan if values[f.name] is None else values[f.name] for f in CATALOGUE], dtype=float)
        theirs = frame.loc[person_id, [f.name for f in CATALOGUE]].to_numpy(dtype=float)
        np.testing.assert_array_equal(mine, theirs)


def test_a_count_has_as_many_incidents_behind_it(extract: Extract) -> None:
    """For the busiest people, the evidence of every count is as long as its value."""
    as_of = extract.cut_off
    frame = feature_table(extract, CATALOGUE, [as_of], harm=HARM).set_index("person_id")
    for person_id in frame["incidents_1095d"].sort_values(ascending=False).index[:30]:
        person = read_person(extract, str(person_id))
        for feature in CATALOGUE:
            if feature.aggregate is Aggregate.COUNT:
                assert len(evidence(person, feature, as_of, harm=HARM)) == frame.loc[person_id, feature.name]


def test_every_feature_takes_more_than_one_value(extract: Extract) -> None:
    """A feature that is the same for everybody in the made-up force is declared on something that is never recorded."""
    frame = feature_table(extract, CATALOGUE, [extract.cut_off], harm=HARM)
    constant = [f.name for f in CATALOGUE if frame[f.name].dropna().nunique() < 2]
    assert constant == []


def test_the_matrix_is_the_same_twice(extract: Extract) -> None:
    """Two derivations give equal frames."""
    once = feature_table(extract, CATALOGUE, [extract.cut_off], harm=HARM)
    again = feature_table(extract, CATALOGUE, [extract.cut_off], harm=HARM)
    pd.testing.assert_frame_equal(once, again)


def test_outcomes_are_named_once_and_the_first_is_any_record() -> None:
    """A run predicts any new record unless its recipe says otherwise; harm and new victims can be predicted too."""
    assert len({outcome.name for outcome in OUTCOMES}) == len(OUTCOMES)
    assert OUTCOMES[0].name == "new_record_365d"
    assert {outcome.kind.value for outcome in OUTCOMES} == {"record", "new_victim", "harm_days"}


def test_no_definition_reads_a_file() -> None:
    """The definitions are facts alone: no input, no network, no clock."""
    for path in Path(__file__).parents[2].joinpath("features").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("open(", "import requests", "today()", "read_csv"))
