"""What a worker keeps at hand, bounded: whatever was used longest ago goes when there is no room."""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SharedCache(LRUCache[Key, Value]):
    """cachetools' cache for the threads of a worker: by itself it serves one thread.

    Parameters
    ----------
    maxsize : int
        Sum of the sizes of what is kept; each value counts 1 unless ``getsizeof`` says its size.
    """

    def __init__(self, maxsize: int, getsizeof: Callable[[Value], int] | None = None) -> None:
        super().__init__(maxsize, getsizeof)
        self._lock = threading.Lock()

    def find(self, key: Key) -> Value | None:
        """What is kept under a key, or None."""
        with self._lock:
            return self.get(key)

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value, unless it is larger than everything that may be kept."""
        with self._lock, suppress(ValueError):
            self[key] = value
