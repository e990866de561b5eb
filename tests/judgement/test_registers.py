"""Several inspections at once, and what is said of a register that is wrong."""

import copy
import re

import pytest
import yaml

from readiness.errors import ReadinessError
from readiness.judgement import load_evidence, load_register, load_registers
from readiness.profile import Profile
from readiness.settings import PROJECT
from tests.judgement.builders import LETTER, claim, entry, finding, judged, register

AUTHORITY = PROJECT / "authority"
SYNTHETIC = "2026-05-synthetic-ilacs"
CONTENT = yaml.safe_load((AUTHORITY / "inspections" / f"{SYNTHETIC}.yaml").read_text("utf-8"))


def written(folder, change, name="mine"):
    """The synthetic register with a change, as a file of its own."""
    content = copy.deepcopy(CONTENT)
    change(content)
    (folder / "inspections").mkdir(exist_ok=True)
    (folder / "inspections" / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_one_inspection_in_the_profile_is_a_list_of_one():
    one, two = (Profile(name="X", inspection=given) for given in ("a", ["a", "b"]))
    assert (one.inspection, one.inspections) == ("a", ("a",))
    assert (two.inspection, two.inspections) == ("a", ("a", "b"))


def test_the_example_register_says_that_it_is_synthetic_and_every_sentence_invented():
    found = load_registers(AUTHORITY, [LETTER, SYNTHETIC])[1]
    assert "synthetic" in found.inspection.title and "invented" in found.inspection.notice
    assert all(quoted.quote.startswith("Invented.") for quoted in [*found.findings, *found.rules])
    assert load_register(AUTHORITY, LETTER).inspection.notice is None


def test_the_example_register_covers_the_five_judgements_of_todays_framework():
    headings = " ".join(f.heading for f in load_register(AUTHORITY, SYNTHETIC).findings).lower()
    for judgement in ("overall experiences", "impact of leaders", "help and protection", "in care", "care leavers"):
        assert judgement in headings


def test_its_targets_are_all_local():
    indicators = load_register(AUTHORITY, SYNTHETIC).indicators.values()
    assert {indicator.target.source for indicator in indicators} == {"local"}


def test_two_registers_with_the_same_claim_are_refused(tmp_path):
    written(tmp_path, lambda content: None, "first")
    written(tmp_path, lambda content: None, "second")
    with pytest.raises(ReadinessError, match=r"second\.yaml and first\.yaml both have B1"):
        load_registers(tmp_path, ["first", "second"])


def test_evidence_may_speak_to_a_claim_of_any_of_them(tmp_path):
    header = "claim_id,kind,title,done_on,valid_until_on,result,sample_size"
    (tmp_path / "evidence.csv").write_text(f"{header}\nV1b,survey,A survey,2026-05-12,2027-05-11,met,40\n")
    letter, other = load_registers(AUTHORITY, [LETTER, SYNTHETIC])
    assert load_evidence(tmp_path, letter, other)[0].claim_id == "V1b"
    with pytest.raises(ReadinessError, match="'V1b' is no claim"):
        load_evidence(tmp_path, letter)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c["findings"][1]["claims"][0].update(colour="green"), "finding L1, claim L1a: colour is no key"),
        (lambda c: c["findings"][1]["claims"][0].pop("statement"), "finding L1, claim L1a: statement is missing"),
        (lambda c: c["findings"][2]["claims"][0].update(decided_by="me"), "finding H1, claim H1a: decided_by is not"),
        (lambda c: c["findings"][2]["claims"][0].update(evidence=[]), "finding H1, claim H1a, claim H1a is decided by"),
        (lambda c: c["findings"][3].update(claims=[]), "finding H2: claims is empty"),
        (lambda c: c["findings"][0].pop("id"), "finding number 1: id is missing"),
        (lambda c: c["indicators"]["child_seen_alone"]["target"].update(value="most"), "seen_alone: target.value"),
        (lambda c: c["indicators"].pop("child_seen_alone"), "claim H2c names child_seen_alone, which does not stand"),
        (lambda c: c["inspection"].update(letter_on="in May"), "inspection.letter_on must be a date, as 2026-01-31"),
        (lambda c: c["rules"][0].update(kind="other"), "rule I1: kind is not as it should be"),
        (lambda c: c.pop("judgement"), "judgement is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_finding_claim_and_what_to_do(tmp_path, change, told):
    with pytest.raises(ReadinessError, match=re.escape(told)) as refused:
        load_register(written(tmp_path, change), "mine")
    assert str(refused.value).startswith("mine.yaml has ") and "docs/register.md" in str(refused.value)
    assert "green" not in str(refused.value) and "most" not in str(refused.value)


def test_without_a_priority_action_or_repeats_nothing_is_said_to_be_resolved():
    letter = register(finding("D1", claim("D1a", "register"), claim("D1b", "register")))
    ready = judged(letter, entries=[entry("D1a", "met"), entry("D1b", "met")]).overall
    assert ready.reason == "Ready: no claim for development is known to fail."
    partly = judged(letter, entries=[entry("D1a", "not_met"), entry("D1b", "met")]).overall
    assert partly.reason == "Partly ready: one of the two claims for development is not met (D1a)."
    assert partly.rules[0].reason == "This inspection left no priority action."
