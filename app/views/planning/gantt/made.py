"""Parts of a plan that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Made(Mapping[K, V]):
    """Made by the first who asks, in whichever thread, and kept; ``asked`` says which were looked
    at, so that the next state of the plan has the same ones ready."""

    def __init__(self, makers: Mapping[K, Callable[[], V]]) -> None:
        self._makers = makers
        self._made: dict[K, V] = {}
        self.asked: set[K] = set()

    def __getitem__(self, key: K) -> V:
        found = self.part(key)
        self.asked.add(key)
        return found

    def __iter__(self) -> Iterator[K]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def part(self, key: K) -> V:
        """The same for those who only build on it."""
        if key not in self._made:
            # Two who ask at once make it twice, and the first one counts.
            self._made.setdefault(key, self._makers[key]())
        return self._made[key]

    def make(self, keys: Iterable[K]) -> None:
        """Have them ready before somebody asks."""
        for key in keys:
            self.part(key)
