"""Statistics of counts: intervals around proportions, and percentiles."""
