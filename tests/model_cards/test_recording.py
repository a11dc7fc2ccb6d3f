"""The chapter on whose incidents are missing: what could be found stands before what was, and no small count leaves."""

from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.facts import RecordingFacts, RunFacts, Verdict
from matac_ml.fairness.disclosure import NOT_SHOWN, Rounding
from matac_ml.page import as_markdown
from model_cards.differing import TOO_LIKE_REFERRED, few_referred_differ
from model_cards.published_recording import TOO_FEW, published_recording
from model_cards.write import write_paper
from tests.model_cards.filled import recording


@pytest.fixture(scope="module")
def facts(small_run: Path) -> RunFacts:
    """The facts of the small run."""
    found = load_bundle(small_run / "one" / "bundle").facts
    assert found is not None
    return found


def chapter(facts: RunFacts, *found: RecordingFacts, previous: RunFacts | None = None) -> str:
    """The chapter as Markdown, of a run with these facts."""
    text = as_markdown(write_paper("bias-report", with_recording(facts, *found), previous))
    return text.split("## Are incidents of some groups")[1].split("\n## ")[0]


def with_recording(facts: RunFacts, *found: RecordingFacts) -> RunFacts:
    """The run with these audits of recording."""
    assert facts.audit is not None
    return facts.model_copy(update={"audit": facts.audit.model_copy(update={"recording": found})})


def test_a_run_looks_whose_incidents_are_missing(facts: RunFacts) -> None:
    """The made-up force has referrals with dates: every group of who people are is compared, all corrected together."""
    assert facts.audit is not None
    found = facts.audit.recording
    assert {entry.attribute for entry in found} >= {"sex", "ethnicity"}
    assert {entry.of for entry in found} == {"incidents"}
    assert {entry.compared for entry in found} == {
        sum(group.p_value is not None for entry in found for group in entry.groups)
    }


def test_what_could_be_found_stands_before_what_was(facts: RunFacts) -> None:
    """Power, linkage and where ethnicity comes from; then the ratio, the odds ratio and the estimate of all."""
    text = chapter(facts, recording())
    could, was = text.index("What could be found"), text.index("What was found")
    assert text.index("What must be true") < could < was
    assert text.index("It is what the person told the police") < could
    assert "| Self-defined ethnicity (5+1 groups) | Black |" in text[:was]
    assert "recorded less" in text[was:]
    assert "“Black” (self-defined ethnicity (5+1 groups)): the police held" in text
    assert "capture and recapture" in text
    assert "Other" not in text
    assert "Exactly 3" not in text
    card = as_markdown(write_paper("model-card", with_recording(facts, recording())))
    assert "Of 2 groups, 1 is recorded less than others" in card


def test_a_run_without_referrals_says_that_nobody_looked(facts: RunFacts) -> None:
    """The chapter names what a force would have to bring; card and report say that nobody looked."""
    assert "This was not looked at." in chapter(facts)
    assert "partner\\_incidents" in chapter(facts)
    for paper in ("model-card", "bias-report"):
        assert "Nobody looked whether incidents" in as_markdown(write_paper(paper, with_recording(facts)))


def test_published_figures_follow_from_each_other_and_are_of_ten_people() -> None:
    """Whatever the version: counts are multiples of ten, the ratio is that of the shares, and verdicts stay true."""
    for seed in range(40):
        [found] = published_recording(Rounding(f"{seed}"), (recording(),))
        assert [group.group for group in found.groups] == ["Black", "White"]
        for group, exact in zip(found.groups, recording().groups, strict=False):
            assert group.people % 10 == 0
            assert group.linked % 10 == 0
            assert group.linked <= group.people
            assert group.known % 20 == 0
            assert group.recorded is not None
            assert group.recorded % 100 == 0 or group.recorded == NOT_SHOWN
            assert (group.held, group.p_value, group.text) == (NOT_SHOWN, None, "")
            assert group.verdict is exact.verdict
            assert (group.smallest_loss or 0) >= (exact.smallest_loss or 0)
            for share, people in ((group.share, group.people), (group.others, found.stated - group.people)):
                assert share.value is not None
                assert share.value * people == pytest.approx(round(share.value * people, -1), abs=10.01)
            if group.ratio.value is not None:
                assert group.ratio.value == pytest.approx((group.share.value or 0) / (group.others.value or 1))
                assert (group.ratio.low or 0) <= group.ratio.value <= (group.ratio.high or 0)
                assert ((group.ratio.high or 0) < 1) is (group.verdict is Verdict.DISPARITY)


def test_so_few_people_that_nothing_can_be_printed_are_not_nobody(facts: RunFacts) -> None:
    """One group large enough is everybody: it has no line, and the chapter says why."""
    few = recording().model_copy(update={"groups": recording().groups[1:]})
    assert TOO_FEW in chapter(facts, few)
    assert "What was found" not in chapter(facts, few)


def test_tables_of_nearly_the_same_people_are_not_printed_again(facts: RunFacts) -> None:
    """One person more than in the version before, and the tables of before stand; the same records are printed."""
    before = with_recording(facts, recording())
    groups = recording().groups
    more = groups[0].model_copy(update={"people": groups[0].people + 1})
    after = recording().model_copy(update={"groups": (more, *groups[1:])})
    assert "What was found" in chapter(facts, recording(), previous=before)
    other = before.model_copy(update={"data": facts.data.model_copy(update={"data_hash": "0" * 64})})
    assert few_referred_differ(with_recording(facts, after), other)
    assert not few_referred_differ(with_recording(facts, after), before)
    report = as_markdown(write_paper("bias-report", with_recording(facts, after), other))
    assert TOO_LIKE_REFERRED in report
