"""Seeded chance. Every subject draws from a generator of its own, so that a change in one does not stir the others."""

import zlib

import numpy as np


def generator(seed: int, subject: str) -> np.random.Generator:
    """The random numbers of one subject ('visits', 'supervision' …) of the county with this seed."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


def coin(rng: np.random.Generator, share: float | np.ndarray, size: int) -> np.ndarray:
    """True with the probability `share` (0 to 1), one per row."""
    return rng.random(size) < share


def pick(rng: np.random.Generator, weights: dict[str, float], size: int) -> np.ndarray:
    """`size` of the keys, as often as their weights say."""
    shares = np.array(list(weights.values()), dtype=float)
    return np.array(list(weights), dtype=object)[rng.choice(len(shares), size=size, p=shares / shares.sum())]


def evenly(rng: np.random.Generator, size: int) -> np.ndarray:
    """`size` numbers in [0, 1), sorted and evenly spread, so that a sample has the shares of its distribution."""
    return (np.arange(size) + rng.random(size)) / max(size, 1)


def share_out(rng: np.random.Generator, weights: dict[str, float], size: int) -> np.ndarray:
    """Like `pick`, but every key as often as its weight says to within one, in a mixed order."""
    upper = np.cumsum(list(weights.values()), dtype=float)
    places = np.searchsorted(upper, evenly(rng, size) * upper[-1], side="right")
    return rng.permutation(np.array(list(weights), dtype=object)[places])


def whole(rng: np.random.Generator, expected: float) -> int:
    """A whole number that is `expected` on average: 2.3 gives 2, and 3 three times in ten."""
    return int(expected + rng.random())


def identifiers(first: int, size: int) -> np.ndarray:
    """Numbers from `first` on, as the text in which a council's case system keeps its ids."""
    return np.arange(first, first + size).astype(str).astype(object)
