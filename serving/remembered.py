"""What was worked out once and cannot change while a force is in force, within a bound: the least used goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """A bounded memory, shared by the threads of a worker.

    Parameters
    ----------
    most : int
        Sum of the sizes of what is kept, in whatever unit :meth:`put` is told.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Value | None:
        """What is kept under a key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, *, size: int = 1) -> None:
        """Keep a value; whatever was used longest ago goes when there is no room."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self._held += size - before
            while self._held > self._most and self._kept:
                self._held -= self._kept.popitem(last=False)[1][1]
