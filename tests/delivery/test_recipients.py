"""recipients.yaml: what is wrong in it is named, and nobody outside the allowed domains is ever on the list."""

import pytest

from readiness.delivery import load_recipients
from readiness.errors import ReadinessError
from readiness.settings import PROJECT

GOOD = """
from: readiness@example.gov.uk
allowed_domains: [example.gov.uk]
recipients:
  - {name: Director, address: director@example.gov.uk, role: director}
"""


def load(tmp_path, text: str):
    (tmp_path / "recipients.yaml").write_text(text)
    return load_recipients(tmp_path)


def test_the_example_is_valid():
    assert load_recipients(PROJECT / "authority").recipients


def test_addresses_and_domains_are_compared_in_lower_case(tmp_path):
    found = load(tmp_path, GOOD.replace("director@example.gov.uk", "Director@Example.GOV.uk"))
    assert found.recipients[0].address == "director@example.gov.uk"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("director@example.gov.uk", "director@elsewhere.org", "Director (@elsewhere.org)"),
        ("director@example.gov.uk", "director@sub.example.gov.uk", "sub.example.gov.uk"),
        ("director@example.gov.uk", "director@notexample.gov.uk", "notexample.gov.uk"),
        ("director@example.gov.uk", "director", "not an e-mail address"),
        ("director@example.gov.uk", '"director@example.gov.uk, other@evil.org"', "not an e-mail address"),
        ("director@example.gov.uk", '"director@example.gov.uk\\nBcc: other@evil.org"', "not an e-mail address"),
        ("Director,", '"Director\\nBcc: other@evil.org",', "one line"),
        ("role: director", "rank: director", "rank"),
        ("role: director", "role: boss", "'director', 'area', 'team' or 'shared'"),
        ("role: director", "role: area", "the role 'area' needs a scope"),
        ("role: director", "role: director, scope: North", "takes no scope"),
        ("[example.gov.uk]", "['@example.gov.uk']", "not a domain"),
        ("from:", "redirect_all_to: me@elsewhere.org\nfrom:", "redirect_all_to (@elsewhere.org)"),
        ("from:", "data_team: [me@elsewhere.org]\nfrom:", "data_team (@elsewhere.org)"),
    ],
)
def test_a_mistake_is_named(tmp_path, old, new, said):
    with pytest.raises(ReadinessError, match="recipients.yaml has") as error:
        load(tmp_path, GOOD.replace(old, new))
    assert said in str(error.value)


def test_the_same_address_twice_is_a_mistake(tmp_path):
    line = "  - {name: Someone, address: director@example.gov.uk}\n"
    with pytest.raises(ReadinessError, match="more than once"):
        load(tmp_path, GOOD + line)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ReadinessError, match="recipients.yaml is missing"):
        load_recipients(tmp_path)


def test_without_a_role_the_copy_is_the_one_that_tells_least(tmp_path):
    assert load(tmp_path, GOOD.replace(", role: director", "")).recipients[0].role == "shared"


def test_a_scope_is_one_place_or_several_and_may_be_a_number(tmp_path):
    one = load(tmp_path, GOOD.replace("role: director", "role: area, scope: 200"))
    several = load(tmp_path, GOOD.replace("role: director", "role: team, scope: [201, North Duty]"))
    assert (one.recipients[0].scope, several.recipients[0].scope) == (("200",), ("201", "North Duty"))
