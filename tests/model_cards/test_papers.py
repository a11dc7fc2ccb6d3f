"""Every paper of one small run: complete, self-contained, consistent, and without a count that could be a person."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.errors import InvariantError
from matac_ml.facts import (
    AttributeFacts,
    Estimate,
    GateStanding,
    GroupFacts,
    OpposedFeature,
    RunFacts,
    StressFacts,
    StricterOutcome,
    Verdict,
)
from matac_ml.fairness.disclosure import BASE, MARK, SMALLEST
from matac_ml.page import Heading, as_markdown, pdf
from matac_ml.wording import forbidden_word
from model_cards import PAPERS, write_paper, write_papers
from model_cards.bias_files import FILES
from model_cards.feature_names import named
from model_cards.groups import printed_groups
from model_cards.model_card import model_card
from model_cards.publication import publication_csv, tables_by_group
from model_cards.published import published
from model_cards.verdicts import against_matrix, benefits, made_up_points
from model_cards.worth import worth_table
from tests.model_cards.filled import filled
from training.label_bias import opposed_warnings

#: Whole numbers under these heads count dates, versions or verdicts, never people or their rows.
NOT_PEOPLE = {"Dates", "Lists", "Version before", "This version", *(str(v).capitalize() for v in Verdict)}
VERDICT_COLUMNS = (": none found", ": disparity", ": too little data")
#: A small number beside one of these words would be a count of people, or of what was recorded of them.
PEOPLE = "people|persons?|victims?|suspects?|rows|person-dates|outcomes?|incidents|pairs|places|groups of people"


@pytest.fixture(scope="module")
def facts(small_run: Path) -> RunFacts:
    """The facts of the run."""
    found = load_bundle(small_run / "one" / "bundle").facts
    assert found is not None
    return found


@pytest.fixture(scope="module")
def papers(small_run: Path) -> list[Path]:
    """The papers as the run wrote them, and its report."""
    return [*sorted((small_run / "one" / "papers").iterdir()), small_run / "one" / "comparison.html"]


@pytest.fixture(scope="module")
def short(facts: RunFacts) -> RunFacts:
    """The same with one attribute audited, which draws fewer charts."""
    assert facts.audit is not None
    instruments = tuple(i.model_copy(update={"attributes": i.attributes[:1]}) for i in facts.audit.instruments)
    audit = facts.audit.model_copy(update={"instruments": instruments, "other_cuts": (), "notes": ()})
    return facts.model_copy(update={"audit": audit})


class Page(HTMLParser):
    """The tables of a page by head, its ids, its links and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.words: list[str] = []
        self._cell: list[str] | None = None
        self._hidden = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        given = dict(attrs)
        self.ids |= {str(given["id"])} if "id" in given else set()
        self.links += [str(given["href"])] if tag == "a" else []
        self._hidden = tag == "style" or self._hidden
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        self._hidden = self._hidden and tag != "style"
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._hidden:
            self.words.append(data)
            if self._cell is not None:
                self._cell.append(data)


def page(path: Path) -> Page:
    """Read a paper."""
    return Page(path.read_text(encoding="utf-8"))


def test_every_paper_is_there_in_every_form(papers: list[Path]) -> None:
    """Ten papers and their index as HTML and Markdown, the public record as JSON, the tables by group as CSV."""
    names = {path.name for path in papers}
    assert names >= {f"{name}{suffix}" for name in PAPERS for suffix in (".html", ".md")}
    assert names >= {"atrs.json", *FILES}


def test_papers_are_self_contained(papers: list[Path]) -> None:
    """Under 2 MB, nothing asked of any network, no script, and no word that calls anybody low risk or safe."""
    for path in papers:
        text = path.read_text(encoding="utf-8")
        assert len(text) < 2_000_000
        assert not re.search(r"<script|src=\"http|href=\"http|@import|url\(", text)
        plain = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", text)
        assert forbidden_word(plain) is None, path.name


def small_numbers(tables: list[list[list[str]]]) -> list[str]:
    """Whole numbers below the minimum in the cells of tables, outside columns that count no people."""
    found = []
    for head, *rows in (table for table in tables if table and table[0][1:] != ["Points"]):  # curves count no people
        for row in rows:
            for name, cell in zip(head, row, strict=False):
                if (
                    re.fullmatch(r"[0-9]", cell)
                    and name
                    and name not in NOT_PEOPLE
                    and not name.endswith(VERDICT_COLUMNS)
                ):
                    found.append(f"{name}: {cell} in {row}")
    return found


def test_no_person_sized_cell_is_in_any_paper(papers: list[Path]) -> None:
    """No table of any paper, report or data file holds a count below ten, and no sentence says one."""
    for path in papers:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            read = Page(text)
            assert not small_numbers(read.tables), path.name
            text = " ".join(read.words)
        if path.suffix == ".md":
            rows = [line.strip("| ").split(" | ") for line in text.split("\n") if line.startswith("|")]
            titles = {row[0] for row in rows if len(row) == 7}  # how many comparisons ended in each verdict
            small = [row for row in rows if len(row) > 1 and re.fullmatch(r"[1-9]", row[1]) and row[0] not in titles]
            assert not [row for row in small if "list" not in row]
        if path.suffix == ".csv":
            assert not [
                row
                for row in csv.DictReader(text.splitlines())
                if re.fullmatch(r"[0-9]|.*[1-9]", row.get("people", ""))
            ]
        said = re.findall(rf"(?<![\d.,])(?:[1-9]|none|nobody) (?:of the )?(?:{PEOPLE})\b", text)
        assert not [text for text in said if "places" not in text or int(text[0]) < 1], (path.name, said)


def test_the_search_finds_what_it_is_for(facts: RunFacts, papers: list[Path]) -> None:
    """The exact facts of the run do hold small groups, so that the search above had something to find."""
    assert facts.audit is not None
    exact = [g.people for i in facts.audit.instruments for a in i.attributes for g in a.groups]
    assert sum(0 < people < SMALLEST for people in exact) > 10
    assert small_numbers([[["Group", "People"], ["a", "7"]]])
    read = page(next(path for path in papers if path.name == "bias-report.html"))
    assert sum(cell == MARK for table in read.tables for row in table for cell in row) > 10


def test_both_parts_of_every_printed_rate_are_ten_people_or_more(facts: RunFacts) -> None:
    """Whatever rate of a group is printed is a share of published people, and both its parts are multiples of ten."""
    audit = published(facts).audit
    assert audit is not None
    printed = 0
    for instrument in (*audit.instruments, *audit.other_cuts):
        for attribute in instrument.attributes:
            for group in printed_groups(attribute):
                assert group.facts.people >= SMALLEST
                for measure in ("base_rate", "selected_share"):
                    value = group.value(measure)
                    if value is not None:
                        printed += 1
                        part = value * group.facts.people
                        assert abs(part - BASE * round(part / BASE)) < 1e-6
                        assert SMALLEST <= round(part) <= group.facts.people - SMALLEST
    assert printed > 10


@pytest.mark.parametrize(("people", "rows", "printed"), [(10, 110, False), (16, 40, False), (160, 400, True)])
def test_rates_are_printed_by_people_and_not_by_rows(facts: RunFacts, people: int, rows: int, printed: bool) -> None:
    """Thirty of 110 rows of ten people are three people: not in the table and not in the file."""
    assert facts.audit is not None
    one = facts.audit.instruments[0]
    group = GroupFacts(
        group="few", rows=rows, people=people, outcomes=rows // 4, selected=30.0,
        measures={"base_rate": Estimate(value=(rows // 4) / rows), "precision": Estimate(value=0.5)},
    )  # fmt: skip
    many = group.model_copy(update={"group": "many", "rows": 5500, "people": 1000, "outcomes": 1500})
    more = many.model_copy(update={"group": "more"})
    attribute = AttributeFacts(attribute="sex", title="Sex as recorded", groups=(group, many, more), gaps=())
    audit = facts.audit.model_copy(
        update={"instruments": (one.model_copy(update={"attributes": (attribute,)}),), "other_cuts": ()}
    )
    lines = {row["group"]: row["outcome_recorded"] for row in csv.DictReader(publication_csv(audit).splitlines())}
    assert (lines.get("few", MARK) != MARK) is printed
    assert lines["many"] != MARK
    table = tables_by_group(audit)[0]
    assert any(row[0] == "few" and row[2] != MARK for row in table.rows) is printed


def test_the_first_page_says_what_a_board_must_know(papers: list[Path]) -> None:
    """In the card's box: may it be promoted, is it better and how sure is that, groups, and what changed."""
    card = next(path for path in papers if path.name == "model-card.md").read_text(encoding="utf-8")
    first = card[: card.index("## Gates")]
    assert re.search(r"\*\*(May be put to an approver|Not to be approved as it stands)\.\*\*", first)
    assert "It predicts what is recorded, not what people do." in first
    assert re.search(r"By AUC, .*: difference [+-]?0\.\d{3} \((?:[+-]?0\.\d{3}|below 0) to [+-]?0\.\d{3}\)", first)
    assert first.count("there is too little data to say") == 2
    assert "no version before" in first
    report = next(path for path in papers if path.name == "bias-report.md").read_text(encoding="utf-8")
    assert report.index("there is too little data to say") < report.index("## Tables by group")


def test_the_first_page_says_what_is_not_known(facts: RunFacts) -> None:
    """How far the list holds, under which outcomes models add nothing, whom both lists miss, and what no run shows."""
    area = {"matrix": {"auc": Estimate(value=0.74)}, "lightgbm": {"auc": Estimate(value=0.73)}}
    better = {"matrix": {"auc": Estimate(value=0.74)}, "lightgbm": {"auc": Estimate(value=0.75)}}
    stress = (
        StressFacts(name="as predicted", text="As predicted", measures=area, top_list_overlap=1.0),
        StressFacts(name="harm", text="Serious harm is recorded", measures=area),
        StressFacts(name="soon", text="Within half a year", measures=better),
        StressFacts(name="other people", text="Between place 2 and place 251", measures={}, top_list_overlap=0.25),
    )
    document = write_paper("model-card", facts.model_copy(update={"stress": stress}), None)
    box = as_markdown(document.box).split("## What is not known")[1].split("## ")[0]
    assert "Between place 2 and place 251: 25%." in box
    assert "no higher AUC than the matrix, as far as rounded figures show, for these: Serious harm is recorded." in box
    assert re.search(r"at least \d+ in 100 of the rows with the outcome were on neither list", box)
    assert "not the model in the bundle" in box
    assert "No run can show" in box


def test_no_verdict_goes_beyond_the_printed_interval(facts: RunFacts) -> None:
    """An interval that holds 0 tells nothing apart, and is no benefit; one that ends just below says so."""
    chosen = facts[facts.chosen]
    near, clear = Estimate(value=-0.001, low=-0.002, high=0.0002), Estimate(value=-0.001, low=-0.002, high=-0.0002)
    said = []
    for gap in (near, clear):
        other = chosen.model_copy(update={"against_matrix": {"brier": gap}})
        rest = tuple(contender for contender in facts.contenders if contender.name != facts.chosen)
        run = facts.model_copy(update={"contenders": (*rest, other)})
        said.append((against_matrix(run)[0], benefits(run)))
    assert "can be told from chance: difference" in said[0][0]
    assert "-0.001 (-0.002 to below 0)" in said[1][0]
    assert said[0][1].startswith("No benefit")
    assert "the model is better than the matrix" in said[1][0]
    assert said[1][1] == said[1][0]
    assert "points of this matrix are illustrative" in made_up_points(facts)[0]


def test_disparities_by_what_is_recorded_are_not_passed_over(facts: RunFacts) -> None:
    """The report's first sentence counts them and excuses none; the gate says that it does not look at them."""
    assert facts.audit is not None
    gate = next(gate for gate in facts.gates if gate.name == "no_new_disparity")
    assert "This gate looks at no other measure, and not at groups by what is recorded" in gate.text
    model = facts.audit.instruments[-1]
    attribute = next(a for a in model.attributes if a.attribute == "roles" and a.gaps)
    lost = attribute.gaps[0].model_copy(update={"verdict": Verdict.DISPARITY, "group": attribute.groups[0].group})
    attribute = attribute.model_copy(update={"gaps": (lost,)})
    audit = facts.audit.model_copy(
        update={"instruments": (model.model_copy(update={"attributes": (attribute,)}),), "other_cuts": ()}
    )
    document = write_paper("bias-report", facts.model_copy(update={"audit": audit}), None)
    first = as_markdown(document.box)
    assert "too, 1 difference was found. Whether that is justified is for you to decide." in first
    assert "No disparity between" not in first
    assert "by design" not in first


def test_what_changed_is_named_and_nothing_else(short: RunFacts) -> None:
    """Against itself nothing changed; against another policy, gate and feature, these and no more."""
    assert "## Nothing changed" in _compared(short, short)
    policy = short.policy.model_copy(update={"version": "0.9"})
    gates = (short.gates[0].model_copy(update={"standing": GateStanding.NOT_JUDGED}), *short.gates[1:])
    before = short.model_copy(update={"policy": policy, "gates": gates, "features": short.features[1:]})
    text = _compared(short, before)
    assert "## 3 changes" in text
    assert f"{policy.name} 0.9 became" in text
    assert f"{short.gates[0].title}: now {short.gates[0].standing.words}, before not judged." in text
    assert f"Features added: {short.features[0].name}".replace("_", "\\_") in text


def _compared(facts: RunFacts, before: RunFacts) -> str:
    document = write_paper("comparison", facts, before)
    return as_markdown(document)


def test_a_paper_that_contradicts_itself_is_not_written(short: RunFacts, tmp_path: Path) -> None:
    """One precision that does not follow from its matrix: the figure is named, and not one file is there."""
    chosen = short.contenders[-1]
    value = chosen.measures["precision_at_k"]
    wrong = value.model_copy(update={"value": (value.value or 0) / 2 + 0.01})
    other = chosen.model_copy(update={"measures": chosen.measures | {"precision_at_k": wrong}})
    tampered = short.model_copy(update={"contenders": (*short.contenders[:-1], other)})
    with pytest.raises(InvariantError, match=f"{chosen.label}, precision_at_k"):
        write_papers(tampered, tmp_path / "papers", as_pdf=False)
    assert not (tmp_path / "papers").exists()


def test_what_no_fact_fills_is_listed_and_never_invented(papers: list[Path]) -> None:
    """Every field of the public record that is null in the JSON stands in the paper's list of open fields."""
    record = json.loads(next(path for path in papers if path.name == "atrs.json").read_text(encoding="utf-8"))
    fields = [field for section in record["sections"] for field in section["fields"]]
    open_fields = [field for field in fields if field["value"] is None]
    assert len(open_fields) > 15
    assert all(field["to_be_filled_by"] for field in open_fields)
    listed = page(next(path for path in papers if path.name == "atrs.html")).tables[-2]
    wanted = {f"{field['number'] or ''} {field['name']}".strip() for field in open_fields}
    assert {row[0] for row in listed[1:]} == wanted
    assert {"2.1.3 Senior responsible owner", "1.4 Contact"} <= wanted


def test_every_link_leads_somewhere(papers: list[Path]) -> None:
    """Evidence is linked by paper and heading; both are there."""
    pages = {path.name: page(path) for path in papers if path.suffix == ".html"}
    linked = 0
    for name, read in pages.items():
        for link in read.links:
            paper, _, heading = link.partition("#")
            assert (paper or name) in pages, link
            assert not heading or heading in pages[paper or name].ids, link
            linked += 1
    assert linked > 30


def test_every_chart_has_its_figures_in_words(papers: list[Path]) -> None:
    """Each picture's text alternative holds numbers, or a table follows that does."""
    text = next(path for path in papers if path.name == "bias-report.html").read_text(encoding="utf-8")
    alternatives = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', text)
    assert alternatives
    assert all(re.search(r"\d\.\d", alternative) for alternative in alternatives)
    card = next(path for path in papers if path.name == "model-card.html").read_text(encoding="utf-8")
    assert re.findall(r"<h3[^>]*>(Contenders by AUC|Calibration)<", card) == ["Contenders by AUC", "Calibration"]


def test_a_run_without_an_audit_gives_no_verdict(short: RunFacts, tmp_path: Path) -> None:
    """Every paper is written, and says why there is nothing."""
    write_papers(short.model_copy(update={"audit": None}), tmp_path, as_pdf=False)
    assert "no audit was made" in (tmp_path / "bias-report.md").read_text(encoding="utf-8")
    assert not [name for name in FILES if (tmp_path / name).exists()]


def test_every_part_of_an_audit_is_shown_when_it_is_there(short: RunFacts, tmp_path: Path) -> None:
    """Labels, victims, both roles, proxies and cost have their headings; of small counts in them nothing is left."""
    write_papers(filled(short), tmp_path, as_pdf=False)
    text = (tmp_path / "bias-report.md").read_text(encoding="utf-8")
    for heading in (
        "Are incidents of some groups missing from the record?",
        "Under other definitions of the outcome",
        "Whose recorded suspects are missed",
        "People recorded both as suspect and as victim",
        "Do the features tell protected groups apart?",
        "What lessening a gap would cost",
    ):
        assert f"## {heading}" in text
    assert "Exactly 3 people" not in text
    assert "against the other: a number too small to print" in text
    assert "Not stated" not in text.split("## People recorded both")[1].split("## Do the")[0]  # three people
    assert re.search(r"\| male \| 1[45]0 \| \\\[c\\\] \|", text)  # four victims' suspects were on the list
    assert "| 100 | \\[c\\] |" in text  # four pairs of a hundred stand on one side
    assert "other definitions of the outcome, by group" not in text.split("## What no fact fills")[1].lower()
    assert not small_numbers(page(tmp_path / "bias-report.html").tables)


def test_warnings_head_every_paper_but_the_notice(short: RunFacts, tmp_path: Path) -> None:
    """What a board must know first is no news for the people scored; the notice promises no conduct."""
    write_papers(short.model_copy(update={"warnings": ("Rows are few.",)}), tmp_path, as_pdf=False)
    warned = {path.stem for path in tmp_path.glob("*.md") if "Rows are few." in path.read_text(encoding="utf-8")}
    assert warned == {*PAPERS} - {"plain-notice"}
    notice = (tmp_path / "plain-notice.md").read_text(encoding="utf-8")
    assert "The computer decides nothing" not in notice
    assert "must make sure it is read" in notice


def test_names_from_records_stay_names(short: RunFacts, tmp_path: Path) -> None:
    """A force that calls itself a script, and a group with a pipe in its name, break neither page nor table."""
    data = short.data.model_copy(update={"force": "<script>alert(1)</script>", "description": "a | b `c`"})
    write_papers(short.model_copy(update={"data": data}), tmp_path, as_pdf=False)
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\\)<script", text) or path.suffix == ".json"


def test_without_pango_the_papers_are_there_and_the_reader_is_told(
    short: RunFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTML and Markdown do not need it; what to install is said once."""
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    said: list[str] = []
    written = write_papers(short, tmp_path, say=said.append)
    assert {path.suffix for path in written} == {".html", ".md", ".json", ".csv"}
    assert len(said) == 1
    assert "libpango" in said[0]


def test_anchors_are_unique(papers: list[Path]) -> None:
    """No two headings of a paper have one id."""
    for path in papers:
        if path.suffix == ".html":
            ids = re.findall(r' id="([^"]+)"', path.read_text(encoding="utf-8"))
            assert len(ids) == len(set(ids)), path.name
    assert Heading("Sex and ethnicity together").anchor == "sex-and-ethnicity-together"


def test_the_card_says_what_the_features_say_of_stricter_outcomes(facts: RunFacts) -> None:
    """Not judged, nothing found, and a feature with the opposite effect are each said in words."""
    feature = facts.features[0]
    opposed = OpposedFeature(feature=feature.name, predicted=0.2, stricter=-0.1)
    stricter = (
        StricterOutcome(name="crime", text="Recorded again as a crime", judged=False),
        StricterOutcome(name="reported", text="Reported again", judged=True),
        StricterOutcome(name="charged", text="Charged", judged=True, opposed=(opposed,)),
    )
    card = as_markdown(write_paper("model-card", facts.model_copy(update={"stricter": stricter})))
    assert "Recorded again as a crime: too few rows have it to tell." in card
    assert "Reported again: no feature was found to have the opposite effect." in card
    assert f"{named(feature)} (fewer of these, more of what is predicted)." in card
    (warning,) = opposed_warnings(facts.model_copy(update={"stricter": stricter}))
    assert "“Charged”" in warning
    assert named(feature) in warning
    assert {outcome.name for outcome in facts.stricter} == {"crime", "reported", "charged"}


def test_what_is_calibrated_is_said_where_there_are_no_later_dates(facts: RunFacts) -> None:
    """Card and data sheet say that the models calibrated are not quite the one described; otherwise nothing is said."""
    split = facts.split.model_copy(update={"calibrate": ()})
    chosen = facts[facts.chosen].model_copy(update={"calibrated_on": "9,000 rows of people scored by models of others"})
    contenders = tuple(chosen if c.name == facts.chosen else c for c in facts.contenders)
    short_history = facts.model_copy(update={"split": split, "contenders": contenders})
    for paper in ("model-card", "data-sheet"):
        said = " ".join(as_markdown(write_paper(paper, short_history)).split())
        assert "rows of people scored by models of others: people were put in five groups" in said
        assert "The model described here was fitted to all of them" in said
        assert "five groups" not in as_markdown(write_paper(paper, facts))


@pytest.mark.parametrize(
    ("area", "error", "said"),
    [
        ((0.0, -0.001, 0.001), (-0.0002, -0.0004, -0.0001), "yes, by the Brier score"),
        ((0.0003, 0.0001, 0.0004), (0.0, -0.001, 0.001), "yes, by the AUC"),
        ((0.02, 0.01, 0.03), (-0.002, -0.003, -0.001), "yes, by the AUC and the Brier score"),
        ((0.0, -0.001, 0.001), (0.0, -0.001, 0.001), "not on these data"),
    ],
)
def test_a_family_that_adds_something_shows_by_what(
    facts: RunFacts, area: tuple[float, ...], error: tuple[float, ...], said: str
) -> None:
    """The verdict names the change beside it that does not hold 0, and no such change reads 0.000."""
    gain = {
        name: Estimate(value=value, low=low, high=high)
        for name, (value, low, high) in (("auc", area), ("brier", error))
    }
    step = facts.ablation[0].model_copy(update={"gain": gain})
    step = step.model_copy(update={"supported": bool(step.improved)})
    card = model_card(published(facts.model_copy(update={"ablation": (step,)})), None)
    ((_, _, of_auc, of_brier, adds),) = card["families"]  # type: ignore[attr-defined]
    assert adds == said
    for name, cell in (("AUC", of_auc), ("Brier", of_brier)):
        assert (name in adds) == (not cell.startswith("0.000"))


def test_dates_that_see_less_than_the_look_back_are_said(facts: RunFacts) -> None:
    """How many were left out, and how many are fitted on all the same; nothing where all see it whole."""
    dates = facts.split.fit
    changed = {
        "left out": {"short": (), "aside": dates, "whole_from": dates[-1], "look_back_days": 1095},
        f"see less of it: {len(dates)}. People": {
            "short": dates,
            "aside": (),
            "whole_from": dates[-1],
            "look_back_days": 1095,
        },
        "": {"short": (), "aside": (), "whole_from": dates[-1], "look_back_days": 1095},
    }
    for expected, update in changed.items():
        run = facts.model_copy(update={"split": facts.split.model_copy(update=update)})
        for paper in ("model-card", "data-sheet"):
            said = " ".join(as_markdown(write_paper(paper, run)).split())
            assert ("hold a whole look-back of three years from" in said) == bool(expected)
            assert expected in said


def test_the_card_says_what_each_instrument_is_worth(facts: RunFacts) -> None:
    """Per 1,000 rows, as published: no line of the recipe's costs is missing, and none orders contenders otherwise."""
    table = worth_table(published(facts))
    assert table is not None
    assert [row[0].partition(" ")[0] for row in table.rows] == [f"{setting.worth:g}" for setting in facts.worth]
    assert len(table.head) == len(table.rows[0]) == 4
    for exact, shown in zip(facts.worth, published(facts).worth, strict=True):
        names = sorted(exact.net_benefit, key=lambda name: exact.net_benefit[name].value or 0.0)
        values = [shown.net_benefit[name].value or 0.0 for name in names]
        assert values == sorted(values)
        assert [shown.net_benefit[n].excludes_zero for n in names] == [
            exact.net_benefit[n].excludes_zero for n in names
        ]
