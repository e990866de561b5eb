"""Who may see what: nobody who is not named."""

import pytest

from readiness.access import load_access
from readiness.errors import ReadinessError
from readiness.settings import PROJECT


def test_without_the_file_nobody_sees_the_working_list(tmp_path):
    assert not load_access(tmp_path).may_see_quarantine("admin")


@pytest.mark.parametrize("text", ["", "quarantine: []", "quarantine: [someone]"])
def test_who_is_not_named_sees_nothing(tmp_path, text):
    (tmp_path / "access.yaml").write_text(text, encoding="utf-8")
    access = load_access(tmp_path)
    assert not any(access.may_see_quarantine(user) for user in ("analyst", "Someone", "", None))


def test_who_is_named_sees_it(tmp_path):
    (tmp_path / "access.yaml").write_text("quarantine: [analyst]", encoding="utf-8")
    assert load_access(tmp_path).may_see_quarantine("analyst")


@pytest.mark.parametrize("text", ["quarantin: [analyst]", "quarantine: analyst", "quarantine: [1]"])
def test_a_slip_in_the_file_is_an_error_that_names_it(tmp_path, text):
    (tmp_path / "access.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ReadinessError, match=r"access\.yaml"):
        load_access(tmp_path)


def test_the_example_can_be_read():
    load_access(PROJECT / "authority")


def test_who_may_see_the_quarantine_has_no_case_lists_yet(tmp_path):
    (tmp_path / "access.yaml").write_text("quarantine: [analyst]\ncase_lists: {head: all}", encoding="utf-8")
    access = load_access(tmp_path)
    assert access.cases_of("head") == "all"
    assert {access.cases_of(user) for user in ("analyst", "Head", "", None)} == {None}
