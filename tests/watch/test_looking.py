"""A look finds what was planted, finds nothing where nothing was, and names nobody."""

from datetime import date

import pytest

from matac_ml.errors import PolicyError, UsageError
from matac_ml.incident_register import Step
from matac_ml.page import as_text
from matac_ml.records import Extract
from matac_ml.watch import CheckStanding, first_monday, load_watch_settings, look
from matac_ml.watch.referral import referral_paper
from matac_ml.watch.settings import DEFAULT
from matac_ml.watch.words import alarm_sentence, screen

BEGUN = date(2024, 9, 30)
SETTINGS = load_watch_settings()


def test_a_change_of_recording_is_found_within_two_cycles(changed: Extract) -> None:
    """The alarm is about crimes, which have become more of all records, and it proposes a review."""
    found = look(changed, SETTINGS, begun=BEGUN)
    assert {check.check for check in found.alarms} >= {"crimes"}
    [crimes] = [check for check in found.checks if check.check == "crimes"]
    began = (date(2025, 2, 4) - BEGUN).days // 28
    assert crimes.alarmed_in is not None
    assert began <= crimes.alarmed_in <= began + 1
    assert (crimes.direction, crimes.action) == ("more", Step.REVIEW)


def test_growth_and_seasons_raise_no_alarm(quiet: Extract) -> None:
    """Nothing is noted as an alarm, and every check says what it could have found."""
    found = look(quiet, SETTINGS, begun=BEGUN)
    assert not found.alarms
    [records] = [check for check in found.checks if check.check == "records"]
    assert records.would_find[0] is not None
    assert records.would_find[0] <= 0.5
    assert len(records.evidence) == 7


def test_a_look_shows_no_exact_count_and_the_same_one_each_time(changed: Extract) -> None:
    """Counts are hundreds or withheld, and looking again gives the same bytes."""
    found = look(changed, SETTINGS, begun=BEGUN)
    assert found == look(changed, SETTINGS, begun=BEGUN)
    for check in found.checks:
        for shown in (check.seen, check.expected):
            assert shown == "[c]" or int(shown.removeprefix("about ").replace(",", "")) % 100 == 0


def test_a_check_that_began_anew_forgets_what_was_bet(changed: Extract) -> None:
    """From the day on which its incident was closed, a check holds no earlier bets."""
    found = look(changed, SETTINGS, begun=BEGUN, restarted={"crimes": date(2025, 3, 25)})
    assert "crimes" not in {check.check for check in found.alarms}


def test_the_screen_and_the_referral_say_what_was_found(changed: Extract) -> None:
    """One screen; the paper names the check and the extract; neither says that anybody is to be acted on."""
    found = look(changed, SETTINGS, begun=BEGUN)
    lines = list(screen(found))
    assert len(lines) <= 30
    assert any(line.startswith("ALARM records that are crimes: more than expected") for line in lines)
    assert "look into it" in alarm_sentence(found.alarms[0], found)
    paper = as_text(referral_paper(found.alarms[0], found, SETTINGS))
    assert found.data_hash in paper
    assert found.alarms[0].title.upper() in paper


def test_a_watch_needs_records_before_it_begins(changed: Extract) -> None:
    """A beginning with too few weeks before it is refused; one in the week is moved to its Monday."""
    with pytest.raises(UsageError, match="needs records before"):
        first_monday(changed, date(2023, 3, 1))
    assert first_monday(changed, date(2024, 10, 3)) == BEGUN


def test_settings_are_refused_with_their_line(tmp_path) -> None:
    """A budget above 1 or an unknown part is refused, with the entry named."""
    text = DEFAULT.read_text(encoding="utf-8")
    other = tmp_path / "watch.yaml"
    other.write_text(text.replace("budget: 0.010", "budget: 2", 1), encoding="utf-8")
    with pytest.raises(PolicyError, match="settings of a watch") as refused:
        load_watch_settings(other)
    assert "parts.records.budget" in refused.value.faults[0]
    assert CheckStanding.QUIET.words == "nothing found"
