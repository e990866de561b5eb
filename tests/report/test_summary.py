"""What one month says in words."""

from readiness.report.summary import message
from tests.report.test_charts import DEFINITION, month


def test_a_total_is_told_by_its_counts_never_as_a_percentage():
    minutes = DEFINITION.model_copy(
        update={"measure": "total", "unit": "minutes", "in_words": "minutes passed without it"}
    )
    row = month("2026-09", 890, 10560).model_copy(update={"value": 890.0})
    assert message(minutes, row, 20) == "890 of 10,560 minutes passed without it in September 2026"
