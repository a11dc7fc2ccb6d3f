"""The register of victims and the network around one of them."""

from datetime import timedelta

from matac_ml.serial import find_rule, network_of, victim_register
from tests.serial.test_registers import TODAY, extract_of

RULE = find_rule("northumbria")


def test_victims_of_several_or_again_and_again_are_in_order_of_identifier() -> None:
    """With why; what was recorded later, once alone, or outside the window is not there."""
    several = [{"by": ["S1"], "of": {"Z": "partner"}}, {"by": ["S2"], "of": {"Z": "ex_partner"}}]
    again = [{"by": ["S3"], "of": {"A": "partner"}, "ago": ago} for ago in (10, 20, 30)]
    twice = [{"by": ["S4"], "of": {"B": "partner"}, "ago": ago} for ago in (10, 20)]
    old = [{"by": ["S5"], "of": {"C": "partner"}, "ago": ago} for ago in (10, 20, RULE.window_days + 1)]
    later = [{"by": ["S6"], "of": {"D": "partner"}, "ago": ago, "recorded": TODAY} for ago in (1, 2, 3)]
    turned = [{"by": ["Z"], "of": {"S1": "partner"}}]
    extract = extract_of(*several, *again, *twice, *old, *later, *turned)
    found = victim_register(extract, RULE, TODAY)
    assert [(one.person_id, one.several, one.again, one.also_suspect) for one in found] == [
        ("A", False, True, False),
        ("Z", True, False, True),
    ]
    assert (found[0].incidents, found[0].suspects, len(found[0].incident_ids)) == (3, 1, 3)
    assert found[0].first == TODAY - timedelta(days=30)
    assert [one.person_id for one in victim_register(extract, RULE, TODAY, again=2)] == ["A", "B", "C", "Z"]


def test_a_network_holds_both_sides_and_one_step_more() -> None:
    """Who hurts the person, whom else these hurt, and whom the person hurts; nobody beyond."""
    incidents = [
        {"by": ["S1"], "of": {"V": "partner"}, "ago": 50},
        {"by": ["S1"], "of": {"V": "partner"}, "ago": 5},
        {"by": ["S1"], "of": {"OTHER": "partner"}, "ago": 90},
        {"by": ["V"], "of": {"S1": "partner"}, "ago": 40},
        {"by": ["FAR"], "of": {"OTHER": "partner"}, "ago": 30},
    ]
    network = network_of(extract_of(*incidents), RULE, TODAY, "V")
    assert [(tie.suspect, tie.victim, tie.incidents) for tie in network.ties] == [
        ("S1", "OTHER", 1),
        ("S1", "V", 2),
        ("V", "S1", 1),
    ]
    assert network.both == {"S1", "V"}
    short = network_of(extract_of(*incidents), RULE, TODAY, "V", most=2)
    assert all(tie.own for tie in short.ties)
    assert short.more == 1
