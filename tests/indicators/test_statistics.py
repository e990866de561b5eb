"""Intervals against published examples, percentiles against the definition."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.indicators.statistics.percentiles import MEDIAN, P90, nearest_rank
from readiness.indicators.statistics.proportions import wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_bounds(numerator, denominator, lower, upper):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    found = wilson(np.array([numerator]), np.array([denominator]))
    assert [bound[0] for bound in found] == pytest.approx([lower, upper], abs=6e-5)


def test_no_denominator_no_interval():
    lower, upper = wilson(np.array([0, 1]), np.array([0, 2]))
    assert np.isnan([lower[0], upper[0]]).all()
    assert not np.isnan([lower[1], upper[1]]).any()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=200), st.sampled_from([MEDIAN, P90, Fraction(1, 4)]))
def test_the_percentile_is_the_smallest_value_that_enough_do_not_exceed(values, share):
    found = nearest_rank(Counter(values), share)
    enough = [v for v in values if sum(w <= v for w in values) * share.denominator >= share.numerator * len(values)]
    assert found == min(enough)


def test_nothing_has_no_percentile():
    assert nearest_rank({}, MEDIAN) is None
    assert nearest_rank({3: 0}, MEDIAN) is None
