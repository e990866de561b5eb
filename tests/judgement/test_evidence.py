"""The evidence file: what counts, from when, until when."""

from datetime import date

import pytest

from readiness.errors import ReadinessError
from readiness.judgement import load_evidence, load_register
from readiness.judgement.evidence import standing_on
from readiness.settings import PROJECT
from tests.judgement.builders import LETTER, claim, entry, finding, register

HEADER = "claim_id,kind,title,done_on,valid_until_on,result,sample_size\n"


@pytest.fixture
def letter():
    parts = finding("D4", claim("D4a", "proxy"), claim("D4b", "proxy"))
    repeat = claim("R1", "proxy", rule={"kind": "together", "claims": ["D4a", "D4b"]})
    return register(parts, finding("P1", claim("P1b")), finding("R1", repeat))


def write(folder, text):
    (folder / "evidence.csv").write_text(text, encoding="utf-8")
    return folder


def test_the_example_entries_are_synthetic_and_some_are_out_of_date():
    authority = PROJECT / "authority"
    entries = load_evidence(authority, load_register(authority, LETTER))
    assert all(e.title.startswith("Synthetic example") for e in entries)
    in_date = {e.claim_id for e in entries if e.done_on <= date(2026, 10, 31) <= e.valid_until_on}
    assert {"D2b", "D4a"} <= in_date < {e.claim_id for e in entries}
    assert not any(e.done_on <= date(2011, 6, 30) for e in entries)


def test_a_council_without_the_file_has_no_entries(tmp_path, letter):
    assert load_evidence(tmp_path, letter) == ()


def test_an_entry_counts_from_the_day_it_was_done_until_its_last_day(letter):
    audit = entry("D4a", "met", "2026-05-12", "2027-05-11")
    counts = [
        bool(standing_on([audit], "D4a", day).in_date)
        for day in (date(2026, 5, 11), date(2026, 5, 12), date(2027, 5, 11), date(2027, 5, 12))
    ]
    assert counts == [False, True, True, False]


def test_an_entry_in_date_that_says_not_met_outweighs_a_later_one():
    older, newer = entry("D4a", "not_met", "2026-01-10"), entry("D4a", "met", "2026-06-10")
    standing = standing_on([newer, older], "D4a", date(2026, 9, 30))
    assert (standing.result, standing.deciding) == ("not_met", older)


def test_the_latest_entry_that_agrees_is_the_one_named():
    older, newer = entry("D4a", "met", "2026-01-10"), entry("D4a", "met", "2026-06-10")
    assert standing_on([older, newer], "D4a", date(2026, 9, 30)).deciding == newer


def test_an_entry_out_of_date_decides_nothing_and_is_remembered():
    old = entry("D4a", "met", "2024-01-10", "2025-01-09")
    standing = standing_on([old], "D4a", date(2026, 9, 30))
    assert (standing.result, standing.expired) == (None, old)


def test_a_sample_size_may_be_left_out(tmp_path, letter):
    folder = write(tmp_path, HEADER + "D4a,audit,An audit,2026-05-12,2027-05-11,met,\n")
    assert load_evidence(folder, letter)[0].sample_size is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claim,title\n", r"evidence\.csv: the first line must be 'claim_id,kind"),
        (HEADER + "D9,audit,A,2026-05-12,2027-05-11,met,\n", r"'D9' is no claim of the letter\. Known: D4a, D4b"),
        (HEADER + "P1b,audit,A,2026-05-12,2027-05-11,met,\n", r"cannot decide P1b\. It is decided by records alone"),
        (HEADER + "R1,audit,A,2026-05-12,2027-05-11,met,\n", r"cannot decide R1\. Enter it for D4a or D4b"),
        (HEADER + "D4a,audit,A,12.5.2026,2027-05-11,met,\n", r"line 2: done_on"),
        (HEADER + "D4a,audit,A,2026-05-12,2025-05-11,met,\n", r"line 2: .*valid_until_on lies before done_on"),
        (HEADER + "D4a,audit,A,2026-05-12,2027-05-11,good,\n", r"line 2: result"),
        (HEADER + "D4a,audit,A, B,2026-05-12,2027-05-11,met,\n", r"line 2: .*surplus"),
    ],
)
def test_a_line_that_would_have_no_effect_is_an_error(tmp_path, letter, text, message):
    with pytest.raises(ReadinessError, match=message):
        load_evidence(write(tmp_path, text), letter)
