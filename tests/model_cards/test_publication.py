"""What is published of two versions that differ by one person does not say who it was: tried by attack."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.codes import OFFICER_DEFINED_NAMES, SELF_DEFINED_NAMES
from matac_ml.facts import RunFacts
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, SMALLEST, Rounding, at_least
from matac_ml.page import as_markdown, pdf
from model_cards import write_paper, write_papers
from model_cards.bias_files import FILES, bias_files
from model_cards.differing import few_people_differ
from model_cards.groups import group_name
from model_cards.publication import publication_csv
from model_cards.published import published
from model_cards.published_audit import published_audit
from tests.model_cards.as_pdf import written_as_pdf
from tests.model_cards.versions import GROUPS, Read, attack, audit_of, change_of_total, people, read, without

PAIRS = 100


@pytest.fixture(scope="module")
def facts(small_run: Path) -> RunFacts:
    """The facts of the small run."""
    found = load_bundle(small_run / "one" / "bundle").facts
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, int], Read, Read]]:
    """A hundred people, each with the two tables that were published before and after the person was removed."""
    done = []
    for seed in range(PAIRS):
        some = people(1500, seed)
        tables = [read(publication_csv(audit_of(version))) for version in (some, some[1:])]
        done.append((some[0], tables[0], tables[1]))
    return done


@pytest.mark.parametrize("attribute", list(GROUPS))
def test_one_removed_person_cannot_be_placed_in_a_group(
    pairs: list[tuple[dict[str, int], Read, Read]], attribute: str
) -> None:
    """By subtraction of counts and of rates times denominators an attack places hardly more people than by chance."""
    guesses = [(attack(before, after, attribute), GROUPS[attribute][who[attribute]]) for who, before, after in pairs]
    chance = 1 / len(GROUPS[attribute])
    right = sum(guess.group == true for guess, true in guesses) / PAIRS
    assert right < chance + 3 * (chance * (1 - chance) / PAIRS) ** 0.5 + 0.08
    sure = [guess.group == true for guess, true in guesses if guess.sure]
    assert len(sure) < PAIRS / 3
    assert sum(sure) < PAIRS / 5


@pytest.mark.parametrize(("what", "place"), [("outcomes", 1), ("selected", 2)])
def test_what_was_recorded_of_a_removed_person_cannot_be_told(
    pairs: list[tuple[dict[str, int], Read, Read]], what: str, place: int
) -> None:
    """Totals over all attributes, each adding up to the same people, do not say whether the person was counted."""
    falls = sorted((change_of_total(before, after, place), bool(who[what])) for who, before, after in pairs)
    with_it = sum(true for _, true in falls)
    # Take as many as there are, those with the largest falls, and compare with taking them blindly.
    right = sum(true for _, true in falls[-with_it:]) / with_it
    blind = with_it / PAIRS
    assert right < blind + 3 * (blind * (1 - blind) / with_it) ** 0.5 + 0.05


def test_the_attack_finds_people_where_rounding_is_fixed() -> None:
    """To the nearest ten, whoever stands at a boundary is found for certain: the attack is worth passing."""
    found = 0
    for seed in range(PAIRS):
        some = people(1500, seed)
        counts = [
            {
                (name, group): (float(10 * round(sum(p[name] == i for p in version) / 10)), None, None)
                for name, groups in GROUPS.items()
                for i, group in enumerate(groups)
            }
            for version in (some, some[1:])
        ]
        for name, groups in GROUPS.items():
            guess = attack(counts[0], counts[1], name)
            assert not guess.sure or guess.group == groups[some[0][name]]
            found += guess.sure
    assert found > PAIRS / 4


@pytest.mark.parametrize("size", [1, 2, 9, 10, 11, 19])
def test_a_group_of_few_people_leaves_no_trace_when_one_leaves(size: int) -> None:
    """No line, name or verdict tells that a group of a few people is there, or that its last person has gone."""
    some = people(1200, seed=5)
    few = [person | {"ethnicity": 1} for person in some[:size]]
    rest = [person | {"ethnicity": 4} for person in some[size:]]
    texts = ["".join(bias_files(audit_of(few[gone:] + rest)).values()) for gone in (0, 1)]
    assert size > BASE or not any("Black" in text for text in texts)
    assert not re.search(r"Black,(1?\d|\[c\]),", "".join(texts))


def test_equal_versions_are_rounded_alike_and_others_anew() -> None:
    """The same facts give the same bytes; one person less changes figures of many groups."""
    some = people(1500, seed=1)
    first, again, other = (publication_csv(audit_of(version)) for version in (some, list(some), some[1:]))
    assert first == again
    before, after = read(first), read(other)
    assert sum(before[key] != after.get(key) for key in before) > len(before) / 4


def test_what_is_published_may_pass_the_door_again(facts: RunFacts) -> None:
    """Rounded facts stay as they are, so that no paper rounds twice."""
    once = published(facts)
    assert published(once) == once
    assert once.audit is not None
    assert published_audit(once.audit) == once.audit


@pytest.mark.parametrize("step", [0.001, 0.005, 10.0, 130.0])
def test_rounding_keeps_order_multiples_and_the_mean(step: float) -> None:
    """Larger values never become smaller, a multiple stays, and on average nothing is added or taken away."""
    values = [step * i / 7 for i in range(60)]
    total = 0.0
    for seed in range(400):
        to = Rounding(f"{seed}")
        done = [to.to(value, step, "key") for value in values]
        assert done == sorted(done)
        assert all(abs(a - b) < step for a, b in zip(values, done, strict=True))
        assert abs(done[7] - step) < 1e-9
        total += done[3]
    assert abs(total / 400 - values[3]) < 4 * step / 2 / 20


@pytest.mark.parametrize("count", [0, 1, 9, 10])
def test_ten_people_or_fewer_are_never_counted(count: int) -> None:
    """Whatever the version; and a few more are sometimes shown and sometimes not, so that no boundary shows."""
    assert {Rounding(f"{i}").count(count, "group") for i in range(200)} == {NOT_SHOWN}
    assert {Rounding(f"{i}").count(15, "group") for i in range(200)} == {NOT_SHOWN, SMALLEST}


KINDS: dict[str, Callable[[RunFacts], RunFacts]] = {
    "one of the largest group": lambda f: without(f, {"sex": "male"}),
    "one of a small group": lambda f: without(f, {"sex": "female", "ethnicity": "Mixed"}),
    "one with the outcome": lambda f: without(f, {"sex": "male"}, outcomes=1),
    "nine people": lambda f: without(f, {"sex": "male"}, people=9),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_version_too_like_the_one_before_has_no_tables_by_group(facts: RunFacts, kind: str) -> None:
    """Verdicts stay, every figure of a group goes, and the reader is told why."""
    now = KINDS[kind](facts)
    assert few_people_differ(now, facts)
    run = published(now, facts)
    assert run.audit is not None
    assert all(not a.groups for i in (*run.audit.instruments, *run.audit.other_cuts) for a in i.attributes)
    assert run.audit.victim_side is None
    document = write_paper("bias-report", now, facts)
    text = as_markdown(document)
    assert "**No tables by group.** Fewer than ten people differ" in text
    assert "People scored" not in text


def test_versions_of_other_people_or_of_the_same_records_have_their_tables(facts: RunFacts) -> None:
    """Twenty people less are many; another model of the same records differs by nobody."""
    assert not few_people_differ(without(facts, {"sex": "male"}, people=20), facts)
    assert not few_people_differ(facts, facts)
    assert published(facts).refused == ""
    assert published(without(facts, {}, people=20), facts).refused == ""


def test_somebody_whose_group_changed_counts_as_one_who_differs(facts: RunFacts) -> None:
    """One person less here and one more there is no difference of any total."""
    moved = without(without(facts, {"sex": "male"}), {"sex": "female"}, people=-1)
    moved = moved.model_copy(update={"data": moved.data.model_copy(update={"data_hash": "another"})})
    assert few_people_differ(moved, facts)


PRIMES = (104729, 15485863, 1299709, 7919, 6007, 5003, 4001, 3001, 2003, 1009)


def test_no_paper_prints_a_number_that_did_not_pass(facts: RunFacts, tmp_path: Path) -> None:
    """Facts that hold unmistakable numbers: in HTML, Markdown, JSON and CSV not one of them is found, comma or not."""
    data = facts.data.model_copy(
        update={
            "incidents": PRIMES[0],
            "people": PRIMES[3],
            "crimes": PRIMES[2],
            "tables": {"incidents": PRIMES[0], "custody": PRIMES[4]},
            "quality": {"Who?": f"{PRIMES[5]} of {PRIMES[1]} people"},
        }
    )
    split = facts.split.model_copy(
        update={
            "rows": dict.fromkeys(facts.split.rows, PRIMES[6]),
            "people": dict.fromkeys(facts.split.people, PRIMES[7]),
            "outcomes": dict.fromkeys(facts.split.outcomes, PRIMES[8]),
            "found": PRIMES[1],
            "censored": PRIMES[9],
            "left_out": {"managed": PRIMES[9]},
            "people_in_both": PRIMES[8],
        }
    )
    warnings = (f"2 of {PRIMES[0]:,} test rows are of people under MATAC and 1 of {PRIMES[0]:,} rows came later.",)
    secret = facts.model_copy(update={"data": data, "split": split, "warnings": warnings})
    write_papers(secret, tmp_path, as_pdf=False)
    exact = {g.people for i in (facts.audit.instruments if facts.audit else ()) for a in i.attributes for g in a.groups}
    for path in tmp_path.iterdir():
        text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8"))
        for prime in PRIMES:
            assert not re.search(rf"(?<![\w.]){prime}(?![\w.])|{prime:,}", text), (path.name, prime)
        assert not re.search(r"\b2 of [^.]{0,40}test rows", text)  # comparisons may be counted
        if path.suffix == ".csv":
            printed = {int(n) for n in re.findall(r",(\d+),", text)}
            assert not {n for n in printed & exact if n % BASE}


@pytest.mark.parametrize(
    ("said", "kept", "gone"),
    [
        ("2 of 73,454 test rows are of people", "fewer than", "73,454"),
        ("1 of 73454 rows", "fewer than", "73454"),
        ("a later calibration set of 12,347 rows", "about 12,3", "12,347"),
        ("3 people and 17 victims", "fewer than", "17 victims"),
        ("AUC 0.7934, the matrix 0.7871", "AUC 0.7", "0.7934"),
        ("gap .000163, plain .000085", "gap below 0.005, plain below 0.005", ".000163"),
        ("Within 365 days of 36 dates, 2024-06-08, above 0.85", "365 days of 36 dates, 2024-06-08, above 0.85", "!"),
        ("4,013 different people", "about 4,0", "4,013"),
    ],
)  # fmt: skip
def test_sentences_of_a_run_pass_the_same_door(facts: RunFacts, said: str, kept: str, gone: str) -> None:
    """Counts and measures in texts that a run wrote are rounded; days, dates and limits stay as they are."""
    gate = facts.gates[0].model_copy(update={"text": said})
    text = published(facts.model_copy(update={"gates": (gate,)})).gates[0].text
    assert kept in text
    assert gone not in text


def test_why_a_model_was_chosen_is_said_in_words(facts: RunFacts) -> None:
    """Contenders stand by their labels, and losses too small to print are left out."""
    why = "simpler than lightgbm_free and within noise of it (log-loss 0.00016, one standard error 0.00009)"
    said = published(facts.model_copy(update={"why": why})).why
    assert said == "simpler than LightGBM, free and within noise of it"


def test_a_figure_in_a_sentence_is_the_one_in_the_table(facts: RunFacts) -> None:
    """The gate names the AUC that the card prints, and the better of two stays the better or becomes its equal."""
    run = published(facts)
    gate = next(gate for gate in run.gates if gate.name == "better_than_matrix")
    model, matrix = (run[name].measures["auc"].value for name in (run.chosen, "matrix"))
    assert model is not None
    assert matrix is not None
    assert [float(n) for n in re.findall(r"0\.\d+", gate.text)] == [model, matrix]
    assert (model >= matrix) is True or not gate.passed


@pytest.mark.parametrize("measure", ["auc", "brier", "harm_at_k", "average_precision"])
def test_a_printed_difference_is_the_difference_of_the_printed_figures(facts: RunFacts, measure: str) -> None:
    """Whoever subtracts one row of a table from another finds what the card says, and it lies in its interval."""
    run = published(facts)
    matrix = run["matrix"].measures[measure].value
    assert matrix is not None
    for contender in run.contenders:
        gap, value = contender.against_matrix.get(measure), contender.measures[measure].value
        if gap is not None and gap.value is not None and value is not None:
            assert gap.value == pytest.approx(value - matrix)
            assert gap.low is None or gap.low <= gap.value
            assert gap.high is None or gap.value <= gap.high


@pytest.mark.parametrize("code", [*OFFICER_DEFINED_NAMES, *SELF_DEFINED_NAMES])
def test_codes_of_ethnicity_are_printed_as_words(code: str) -> None:
    """No published table says "code 3" or "A9"; and no two codes are told by one name."""
    attribute = "ethnicity_officer" if code in OFFICER_DEFINED_NAMES else "ethnicity_detailed"
    name = group_name(attribute, code)
    assert re.match(r"[A-Z][a-z]+", name)
    assert "code" not in name
    names = OFFICER_DEFINED_NAMES if code in OFFICER_DEFINED_NAMES else SELF_DEFINED_NAMES
    assert list(names.values()).count(name) == 1


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\uff1d1+1"])
def test_a_group_named_like_a_formula_is_text_in_every_file(name: str) -> None:
    """An area is named by a force's own records; a spreadsheet shows the name and runs nothing."""
    audit = audit_of(people(1500, seed=2))
    one = audit.instruments[0]
    area = one.attributes[-1]
    groups = (area.groups[0].model_copy(update={"group": name}), *area.groups[1:])
    attributes = (*one.attributes[:-1], area.model_copy(update={"groups": groups}))
    audit = audit.model_copy(update={"instruments": (one.model_copy(update={"attributes": attributes}),)})
    for file, text in bias_files(audit).items():
        assert not re.search(r"(^|,)\"?[=+@\t\uff1d-](?!\d*\.\d)", text, flags=re.M), file


def test_the_bias_report_can_be_read(facts: RunFacts, tmp_path: Path) -> None:
    """Under 6,000 words and 30 tables; the mark is explained; every file beside it is named; at most twelve pages."""
    document = write_paper("bias-report", facts, None)
    text = as_markdown(document)
    assert len(text.split()) < 6000
    assert text.count("\n|---") < 30
    assert "hidden" not in text
    assert "withheld" not in text
    assert "stands for a figure about too few people" in text
    assert all(name in text for name in FILES)
    assert text.index("## What was found") < text.index("## What could not be said") < text.index("## Tables by group")
    if pdf.available():
        written_as_pdf(facts, tmp_path, names=["bias-report"])
        pages = (tmp_path / "bias-report.pdf").read_bytes().count(b"/Type /Page\n")
        assert pages <= 12


def test_old_tables_do_not_stay_beside_a_report_that_has_none(facts: RunFacts, tmp_path: Path) -> None:
    """A version too like the one before, written into a folder with tables: they are gone."""
    for name in FILES:
        (tmp_path / name).write_text("old", encoding="utf-8")
    now = without(facts, {"sex": "male"})
    written = write_papers(now, tmp_path, facts, as_pdf=False)
    assert not [path for path in written if path.name in FILES]
    assert not [name for name in FILES if (tmp_path / name).exists()]


@pytest.mark.parametrize(("value", "step"), [(0.0036, 0.005), (61, 100), (10, 10), (0.001, 0.001), (23, 50)])
def test_steps_are_round_numbers_that_ten_people_share(value: float, step: float) -> None:
    """One, two or five times a power of ten, and never less than asked."""
    assert at_least(value) == pytest.approx(step)


def test_no_paper_speaks_in_names_of_the_code(facts: RunFacts) -> None:
    """Outside the recipe, the list of features and versions, no paper holds a word with an underscore in it."""
    for name in ("bias-report", "eia-annex", "dpia-annex", "data-sheet", "algo-care", "covenant", "plain-notice"):
        document = write_paper(name, facts, None)
        text = as_markdown(document)
        assert not re.findall(r"\b[a-z]+\\_[a-z0-9\\_]+", text), name
