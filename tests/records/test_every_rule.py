"""Every rule about records, and every measure of their quality, has a row that breaks it."""

from datetime import date, timedelta
from typing import Any

import pytest

from matac_ml.records import RULES, Extract, Rule
from matac_ml.records.quality import QUALITY_MEASURES, answers
from matac_ml.vocabulary import table
from tests.records.folders import checked

Cells = dict[str, str]
#: A sound row of every table; a further row differs from it in its key.
SOUND: dict[str, Cells] = {
    "incidents": {"incident_id": "I1", "occurred_on": "2024-01-01", "recorded_on": "2024-01-02", "is_crime": "true"},
    "involvements": {"incident_id": "I1", "person_id": "A1", "role": "suspect"},
    "people": {"person_id": "A1"},
    "reclassifications": {"incident_id": "I1", "reclassified_on": "2024-01-03", "is_crime": "true"},
    "custody": {"person_id": "A1", "start_on": "2024-01-03"},
    "management": {"person_id": "A1", "start_on": "2024-01-03"},
    "referrals": {"referral_id": "R1", "person_id": "A1", "referred_on": "2024-01-03"},
    "partner_incidents": {"partner_incident_id": "K1", "referral_id": "R1", "occurred_on": "2024-01-02"},
    "merges": {"person_id": "A2", "merged_into": "A1", "merged_on": "2024-01-03"},
}
#: What tells a further row of a table from all others.
KEYS = {
    "incidents": "incident_id",
    "people": "person_id",
    "referrals": "referral_id",
    "partner_incidents": "partner_incident_id",
    "merges": "person_id",
}
VICTIM = {"person_id": "B1", "role": "victim"}
MANY = [f"I{number}" for number in range(100, 120)]
#: By rule, or rule and column, the rows after the sound ones; the last of the rule's own table breaks it.
BREAKS: dict[str, dict[str, list[Cells]]] = {
    "recorded_before_occurred incidents.recorded_on": {"incidents": [{"recorded_on": "2023-12-31"}]},
    "outcome_before_recorded incidents.outcome_on": {"incidents": [{"outcome_on": "2024-01-01"}]},
    "reclassified_before_recorded reclassifications.reclassified_on": {
        "reclassifications": [{"reclassified_on": "2024-01-01"}]
    },
    "born_after_incident people.birth_date": {
        "people": [{"person_id": "D1", "birth_date": "2024-01-02"}],
        "involvements": [{"person_id": "D1", "role": "witness"}],
    },
    "died_before_birth people.deceased_on": {"people": [{"birth_date": "1980-01-01", "deceased_on": "1979-12-31"}]},
    "ends_before_start custody.end_on": {"custody": [{"end_on": "2024-01-02"}]},
    "ends_before_start management.end_on": {"management": [{"end_on": "2024-01-02"}]},
    "custody_recorded_early custody.recorded_on": {"custody": [{"recorded_on": "2024-01-02"}]},
    "link_withdrawn_early involvements.withdrawn_on": {"involvements": [{"withdrawn_on": "2024-01-01"}]},
    "link_spells_overlap involvements.withdrawn_on": {
        "involvements": [{"recorded_on": "2024-01-03"}, {"withdrawn_on": "2024-01-04"}]
    },
    "merged_into_itself merges.merged_into": {"merges": [{"person_id": "A3", "merged_into": "A3"}]},
    "withdrawn_before_merged merges.withdrawn_on": {"merges": [{"withdrawn_on": "2024-01-02"}]},
    "merge_cycle merges.merged_into": {
        "merges": [{"person_id": "A3", "merged_into": "A4"}, {"person_id": "A4", "merged_into": "A3"}]
    },
    "no_such_referral partner_incidents.referral_id": {"partner_incidents": [{"referral_id": "R9"}]},
    "occurred_after_referral partner_incidents.occurred_on": {"partner_incidents": [{"occurred_on": "2024-01-04"}]},
    "merges_on_many_days merges.merged_on": {
        "merges": [
            {"person_id": f"M{n}", "merged_into": f"M{n + 1}", "merged_on": f"{date(2023, 1, 1) + timedelta(days=n)}"}
            for n in range(51)
        ]
    },
    "placeholder involvements.person_id": {"involvements": [{"person_id": "UNKNOWN"}]},
    "placeholder involvements.counterpart_id": {"involvements": [VICTIM | {"counterpart_id": "UNKNOWN"}]},
    "placeholder involvements.incident_id": {"involvements": [{"incident_id": "UNKNOWN"}]},
    "placeholder merges.person_id": {"merges": [{"person_id": "UNKNOWN"}]},
    "placeholder merges.merged_into": {"merges": [{"merged_into": "UNKNOWN"}]},
    "implausibly_large involvements.person_id": {
        "incidents": [{"incident_id": key} for key in MANY],
        "involvements": [{"incident_id": key, "person_id": f"C{key}"} for key in MANY[:5]]
        + [{"incident_id": key, "person_id": "C0"} for key in reversed(MANY)],
    },
    "gap incidents.recorded_on": {"incidents": [{"recorded_on": "2024-01-03"}]},
    "alike involvements.person_id": {"involvements": [{"person_id": "a1"}]},
    "offence_is_a_date incidents.offence_code": {"incidents": [{"offence_code": "08-Jun"}]},
    "offence_is_a_date reclassifications.offence_code": {"reclassifications": [{"offence_code": "08-Jun"}]},
    "same_involvement_twice involvements.person_id": {"involvements": [{}]},
    "suspect_and_victim involvements.role": {"involvements": [{"role": "victim"}]},
    "link_before_incident involvements.recorded_on": {"involvements": [VICTIM | {"recorded_on": "2024-01-01"}]},
    "counterpart_not_suspect involvements.counterpart_id": {"involvements": [VICTIM | {"counterpart_id": "B2"}]},
    "not_a_victims_row involvements.relationship": {"involvements": [{"person_id": "B1", "relationship": "spouse"}]},
    "outcome_without_date incidents.outcome_on": {"incidents": [{"outcome_code": "1"}]},
}  # fmt: skip
#: Rules that hold for a column of several tables: the cell that breaks each.
BAD_CELL = {
    "no_such_incident": "I9",
    "no_such_person": "Z9",
    "after_cut_off": "2024-07-10",
    "after_today": "2190-01-01",
}


def _where(rule: Rule) -> str:
    return f"{rule.name} {rule.table}.{rule.column}"


def _breaking(rule: Rule) -> dict[str, list[Cells]]:
    if rule.name == "repeated":
        return {rule.table: [SOUND[rule.table]]}
    if rule.name in BAD_CELL:
        return {rule.table: [{rule.column: BAD_CELL[rule.name]}]}
    return BREAKS[_where(rule)]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Which rows each rule is to find, and which rows each found. A gap is none among days of other years."""
    own: dict[str, set[int]] = {}
    found: dict[str, set[int]] = {}
    for rules in ([rule for rule in RULES if rule.name != "gap"], [rule for rule in RULES if rule.name == "gap"]):
        more, files = _broken(rules)
        report = checked(tmp_path_factory.mktemp("broken"), yaml="cut_off: 2024-06-30\n", **files)
        shown = {(f.file, f"{f.rule} {f.column}"): set(f.rows) for f in (*report.faults, *report.warnings)}
        own |= more
        found |= {_where(rule): shown.get((f"{rule.table}.csv", f"{rule.name} {rule.column}"), set()) for rule in rules}
    return own, found


def _broken(rules: list[Rule]) -> tuple[dict[str, set[int]], dict[str, str]]:
    """Files with a row for every rule, and which rows of its table these are."""
    held = {name: [cells] for name, cells in SOUND.items()}
    own: dict[str, set[int]] = {}
    for number, rule in enumerate(rules):
        for name, further in _breaking(rule).items():
            key = {KEYS[name]: f"K{number}"} if name in KEYS else {}
            held[name] += [SOUND[name] | key | cells for cells in further]
            if name == rule.table:
                own[_where(rule)] = set(range(len(held[name]) - len(further) + 2, len(held[name]) + 2))
    return own, {name: _file(name, listed) for name, listed in held.items()}


def _file(name: str, listed: list[Cells]) -> str:
    names = [column.name for column in table(name).columns]
    return "\n".join([",".join(names), *(",".join(row.get(column, "") for column in names) for row in listed), ""])


@pytest.mark.parametrize("rule", RULES, ids=_where)
def test_a_row_breaks_the_rule_and_a_sound_one_does_not(
    rule: Rule, rows: tuple[dict[str, set[int]], dict[str, set[int]]]
) -> None:
    """A row that breaks the rule is found under its name, in its column; the sound row of the table is not."""
    own, found = rows
    bad = found[_where(rule)]
    assert bad & own[_where(rule)]
    assert 2 not in bad or rule.name == "alike"  # of two that are alike both are found


def test_every_row_names_a_rule() -> None:
    """No row is kept for a rule that is gone."""
    assert set(BREAKS) <= {_where(rule) for rule in RULES}
    assert set(BAD_CELL) <= {rule.name for rule in RULES}


Rows = list[dict[str, Any]]
INCIDENT = {
    "incident_id": "I1", "occurred_on": date(2024, 1, 1), "recorded_on": date(2024, 1, 1), "is_crime": True,
    "offence_code": "00801", "outcome_code": 1, "outcome_on": date(2024, 1, 9),
}  # fmt: skip
PERSON = {"birth_date": date(1980, 1, 1), "sex": "male", "self_defined_ethnicity": "W1"}
NAMED = {"incident_id": "I1", "person_id": "B1", "role": "victim", "relationship": "spouse", "counterpart_id": "A1"}
SUSPECT = {"incident_id": "I1", "person_id": "A2", "role": "suspect"}
PERFECT: dict[str, Rows] = {
    "incidents": [INCIDENT],
    "involvements": [{"incident_id": "I1", "person_id": "A1", "role": "suspect"}, NAMED],
    "people": [PERSON | {"person_id": "A1"}, PERSON | {"person_id": "B1"}],
}
NOT_CRIME = INCIDENT | {"incident_id": "I2", "is_crime": False}
#: By measure, the rows that make it count, after those of which nothing can be said.
COUNTED: dict[str, dict[str, Rows]] = {
    "non_crime": {"incidents": [NOT_CRIME]},
    "late_7": {"incidents": [INCIDENT | {"incident_id": "I2", "occurred_on": date(2023, 12, 24)}]},
    "late_28": {"incidents": [INCIDENT | {"incident_id": "I2", "occurred_on": date(2023, 12, 3)}]},
    "no_suspect": {"incidents": [NOT_CRIME]},
    "no_victim": {"incidents": [NOT_CRIME]},
    "no_relationship": {"involvements": [NAMED | {"person_id": "B2", "relationship": None}]},
    "which_suspect": {"involvements": [SUSPECT, NAMED | {"person_id": "B2", "counterpart_id": None}]},
    "suspect_is_victim": {"involvements": [NAMED | {"person_id": "A1", "counterpart_id": None}]},
    "dual_role": {"involvements": [NAMED | {"person_id": "A1", "counterpart_id": None}]},
    "ethnicity_missing": {"involvements": [SUSPECT]},
    "ethnicity_officer_only": {
        "involvements": [SUSPECT], "people": [{"person_id": "A2", "officer_defined_ethnicity": "1"}],
    },
    "sex_missing": {"involvements": [SUSPECT]},
    "birth_missing": {"involvements": [SUSPECT]},
    "suspect_under_16": {"involvements": [SUSPECT], "people": [{"person_id": "A2", "birth_date": date(2008, 1, 2)}]},
    "victim_under_16": {
        "involvements": [NAMED | {"person_id": "B2"}], "people": [{"person_id": "B2", "birth_date": date(2008, 1, 2)}],
    },
    "after_death": {"involvements": [SUSPECT], "people": [{"person_id": "A2", "deceased_on": date(2023, 12, 31)}]},
    "no_offence": {"incidents": [INCIDENT | {"incident_id": "I2", "offence_code": None}]},
    "overdue_outcome": {
        "incidents": [
            INCIDENT | {"incident_id": "I2", "occurred_on": date(2023, 7, 12), "recorded_on": date(2023, 7, 12),
                        "outcome_code": None, "outcome_on": None}
        ]
    },
    "outcome_undated": {"incidents": [INCIDENT | {"incident_id": "I2", "outcome_on": None}]},
    "like_duplicates": {
        "incidents": [INCIDENT | {"incident_id": "I2"}],
        "involvements": [SUSPECT | {"incident_id": "I2", "person_id": "A1"}],
    },
    "reclassified": {
        "reclassifications": [{"incident_id": "I1", "reclassified_on": date(2024, 1, 5), "is_crime": False}]
    },
    "flag_mismatch": {
        "incidents": [NOT_CRIME | {"domestic": False}], "involvements": [NAMED | {"incident_id": "I2"}],
    },
    "merged": {"merges": [{"person_id": "A9", "merged_into": "A1"}]},
}  # fmt: skip


def counts(**further: Rows) -> dict[str, int]:
    """Every measure of a small extract with these rows beside the perfect ones."""
    held = {name: [*PERFECT.get(name, []), *further.get(name, [])] for name in {*PERFECT, *further}}
    extract = Extract.from_tables(held, cut_off=date(2024, 1, 9))
    return {answer.measure.name: answer.count for answer in answers(extract.connect(), extract.cut_off)}


@pytest.mark.parametrize("name", [declared.name for declared in QUALITY_MEASURES])
def test_a_row_makes_the_measure_count(name: str) -> None:
    """What the measure looks for is counted once where it is there; of a pair that are alike both count."""
    assert counts(**COUNTED[name])[name] == (2 if name == "like_duplicates" else 1)


def test_of_perfect_records_no_measure_counts_anything() -> None:
    """And no row is kept for a measure that is gone."""
    assert set(counts().values()) == {0}
    assert set(COUNTED) == {declared.name for declared in QUALITY_MEASURES}
