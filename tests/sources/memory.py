"""How much memory a piece of work takes at its height, in a process that holds much already."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

EVERY_SECONDS = 0.005


class Taken:
    """megabytes: the most that the process held above what it held at first, as far as looking every 5 ms can see."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._first = self._most = self._process.memory_info().rss

    def look(self) -> None:
        self._most = max(self._most, self._process.memory_info().rss)

    @property
    def megabytes(self) -> float:
        return (self._most - self._first) / 2**20


@contextmanager
def memory_taken() -> Iterator[Taken]:
    """What the body takes; the peak that the system keeps for a process would count what earlier tests took too."""
    taken, over = Taken(), threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            taken.look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield taken
    finally:
        over.set()
        watcher.join()
        taken.look()
