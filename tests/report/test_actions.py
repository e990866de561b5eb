"""What managers write down: what is printed of it when, and what is refused."""

from datetime import date

import pytest

from readiness.errors import ReadinessError
from readiness.periods import Month
from readiness.report.actions import actions_at, comments_of, load_actions

FINDINGS = ("P1", "R1")
OCTOBER = Month.parse("2026-10")
FILE = """
commentary:
  - {month: 2026-10, about: P1, text: It is better., by: Head of First Response}
  - {month: 2026-10, text: A quiet month., by: Director, is_example: true}
  - {month: 2026-09, about: P1, text: It was worse., by: Head of First Response}
actions:
  - {id: A1, about: P1, text: Rota, owner: Head, set_on: 2026-07-01, due_on: 2026-10-16, done_on: 2026-10-12}
  - {id: A2, about: R1, text: Ask, owner: Head, set_on: 2026-08-03, due_on: 2026-11-06}
  - {id: A3, about: R1, text: Book, owner: Head, set_on: 2026-09-07, due_on: 2026-12-18, done_on: 2026-11-20}
  - {id: A4, about: P1, text: Old, owner: Head, set_on: 2026-05-01, due_on: 2026-06-30, done_on: 2026-09-30}
  - {id: A5, about: P1, text: Late, owner: Head, set_on: 2026-05-01, due_on: 2026-06-30, done_on: 2026-10-01}
  - {id: A6, about: P1, text: Later, owner: Head, set_on: 2026-11-07, due_on: 2026-12-31}
"""


@pytest.fixture
def given(tmp_path):
    (tmp_path / "actions.yaml").write_text(FILE)
    return load_actions(tmp_path, FINDINGS, with_examples=False)


def test_actions_stand_as_they_were_at_the_as_at(given):
    listed = {a.id: (a.state, a.done_on) for a in actions_at(given, OCTOBER, date(2026, 11, 6))}
    assert listed == {
        "A1": ("done", date(2026, 10, 12)),
        "A2": ("overdue", None),  # its day has come
        "A3": ("open", None),  # done later than anybody knew
        "A5": ("done", date(2026, 10, 1)),  # in the month; A4 was done before it, A6 is not set yet
    }
    assert {a.id: a.state for a in actions_at(given, OCTOBER, date(2026, 11, 5))}["A2"] == "open"


def test_actions_come_by_the_day_on_which_they_are_due(given):
    assert [a.id for a in actions_at(given, OCTOBER, date(2026, 11, 6))] == ["A5", "A1", "A2", "A3"]


def test_only_the_months_own_commentary_is_printed_and_no_example_beside_real_records(given, tmp_path):
    assert [c.text for c in comments_of(given, OCTOBER)] == ["It is better."]
    with_examples = load_actions(tmp_path, FINDINGS, with_examples=True)
    assert [(c.about, c.text) for c in comments_of(with_examples, OCTOBER)] == [
        ("P1", "It is better."),
        (None, "A quiet month."),
    ]


def test_without_the_file_there_is_nothing(tmp_path):
    assert load_actions(tmp_path, FINDINGS, with_examples=True).actions == ()


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("about: R1, text: Ask", "about: X9, text: Ask", "no finding X9"),
        ("id: A2", "id: A1", "two actions are called A1"),
        ("due_on: 2026-11-06", "due_on: 2026-08-02", "before the day on which it was set"),
        ("text: Ask", "text: Ask about 10023", "five or more digits"),
        ("owner: Head, set_on: 2026-08-03", "set_on: 2026-08-03", "owner"),
    ],
)
def test_what_cannot_be_right_is_refused(tmp_path, wrong, right, told):
    assert wrong in FILE
    (tmp_path / "actions.yaml").write_text(FILE.replace(wrong, right))
    with pytest.raises(ReadinessError, match=told) as refused:
        load_actions(tmp_path, FINDINGS, with_examples=True)
    assert "actions.yaml" in str(refused.value)
    assert "10023" not in str(refused.value)
