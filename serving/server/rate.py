"""A token bucket a caller: so many requests a minute, a sixth of them at once."""

import time

from cachetools import LRUCache

_MAX_CALLERS = 10_000


class RateLimit:
    """Counts in one worker; with several workers each gets its share of what the settings allow."""

    def __init__(self, requests_per_minute: float) -> None:
        self._per_second = requests_per_minute / 60
        self._most = max(requests_per_minute / 6, 1.0)
        self._callers: LRUCache[str, tuple[float, float]] = LRUCache(_MAX_CALLERS)

    def wait(self, caller: str, *, now: float | None = None) -> float:
        """Seconds this caller must wait; 0 takes one request from the bucket. 0 requests a minute means no limit."""
        if self._per_second == 0:
            return 0.0
        now = time.monotonic() if now is None else now
        tokens, seen = self._callers.get(caller, (self._most, now))
        tokens = min(self._most, tokens + (now - seen) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._callers[caller] = (tokens - 1 if wait == 0 else tokens, now)
        return wait
