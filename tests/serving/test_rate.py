"""How many requests a caller may make: a sixth of a minute's at once, then as they come in."""

from serving.server.rate import _MAX_CALLERS, RateLimit


def test_a_caller_waits_until_the_next_request_is_allowed() -> None:
    """Sixty a minute: ten at once, then one a second. What is not used is kept, up to ten."""
    limit = RateLimit(60)
    assert [limit.wait("a", now=0) for _ in range(10)] == [0] * 10
    assert limit.wait("a", now=0) == 1
    assert limit.wait("a", now=0.25) == 0.75
    assert limit.wait("a", now=1) == 0
    assert limit.wait("a", now=1) == 1
    assert [limit.wait("a", now=3600) == 0 for _ in range(11)] == [True] * 10 + [False]


def test_callers_do_not_wait_for_each_other() -> None:
    """Each has a bucket."""
    limit = RateLimit(6)
    assert (limit.wait("a", now=0), limit.wait("a", now=0), limit.wait("b", now=0)) == (0, 10, 0)


def test_a_slow_limit_lets_one_request_in_and_none_is_no_limit() -> None:
    """One a minute is one at once; 0 a minute switches the limit off."""
    assert [RateLimit(1).wait("a", now=0), RateLimit(0).wait("a", now=0)] == [0, 0]


def test_memory_of_callers_is_bounded() -> None:
    """Whoever was seen longest ago is forgotten."""
    limit = RateLimit(6)
    for number in range(_MAX_CALLERS + 1):
        limit.wait(str(number), now=0)
    assert (limit.wait("0", now=0), limit.wait(str(_MAX_CALLERS), now=0)) == (0, 10)
