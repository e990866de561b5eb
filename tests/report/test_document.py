"""The PDF: accessible, whole, made from the shared copy only, and the same bytes every time."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pypdf import PdfReader

from readiness.report import build_report, copy_for, document, read_report, share
from readiness.report.model import FirstReported, Version
from readiness.report.rendering import NotShared
from readiness.report.words import VERDICTS
from tests.report.conftest import small
from tests.report.sample import NOTICE, places

MARK = Version(number=1, hash="ab" * 32)


@pytest.fixture(scope="module")
def pdf(stored) -> PdfReader:
    return PdfReader(stored.folder / "readiness-2026-10-v1.pdf")


@pytest.fixture(scope="module")
def text(pdf) -> str:
    return in_one_line(pdf)


@pytest.fixture(scope="module")
def sendable(small_report):
    return copy_for(share(small_report), "director").model_copy(update={"version": MARK})


def in_one_line(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def drawn(report, tmp_path) -> PdfReader:
    (tmp_path / "made.pdf").write_bytes(document(report))
    return PdfReader(tmp_path / "made.pdf")


def elements(pdf: PdfReader) -> list[tuple[str, dict]]:
    """Role and element of everything in the structure tree, in reading order."""

    def walk(node) -> Iterator[tuple[str, dict]]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                yield from walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node["/S"], node
            yield from walk(node.get("/K"))

    return list(walk(pdf.trailer["/Root"]["/StructTreeRoot"]))


def test_the_internal_report_is_never_set(small_report):
    with pytest.raises(NotShared):
        document(small_report.model_copy(update={"version": MARK}))
    with pytest.raises(NotShared):
        document(copy_for(share(small_report), "director"))


def test_the_same_report_gives_the_same_bytes(sendable):
    assert document(sendable) == document(sendable)


def test_the_only_date_is_the_report_s_own(pdf):
    assert pdf.metadata["/CreationDate"].startswith("D:20261106")
    assert pdf.metadata["/ModDate"].startswith("D:20261106")


def test_it_says_that_it_is_accessible_and_in_which_language(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Not ready: readiness report, Exampleshire County Council, October 2026"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_every_chart_says_in_words_what_it_shows(pdf):
    charts = [element for role, element in elements(pdf) if role == "/Figure"]
    assert len(charts) >= 10
    assert all(len(chart["/Alt"]) > 60 for chart in charts)


def test_headings_are_in_order_and_are_the_bookmarks(pdf):
    levels = [int(role[2:]) for role, _ in elements(pdf) if re.fullmatch(r"/H\d", role)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert "The findings, one by one" in [entry.title for entry in pdf.outline if not isinstance(entry, list)]


def test_every_table_has_a_header_row(pdf):
    roles = [role for role, _ in elements(pdf)]
    assert roles.count("/Table") == roles.count("/THead") > 15


def test_letters_come_from_three_fonts_that_are_inside(pdf):
    fonts = {
        font["/BaseFont"].partition("+")[2]
        for page in pdf.pages
        for font in (entry.get_object() for entry in page["/Resources"]["/Font"].values())
    }
    families = {re.match(r"HKGrotesk|LibertinusSerif|DejaVuSansMono|$", font)[0] for font in fonts}
    assert families <= {"HKGrotesk", "LibertinusSerif", "DejaVuSansMono"}


def test_the_first_page_gives_verdict_reason_and_priority_action(pdf, report):
    first = " ".join(pdf.pages[0].extract_text().split())
    assert first.startswith(NOTICE)
    assert "Would we be ready if the inspectors came back? Not ready. Of the four claims" in first
    priority = next(finding for finding in report.findings if finding.kind == "priority_action")
    assert all(claim.text in first for claim in priority.claims)
    assert all(f"{finding.id} {finding.heading}" in first for finding in report.findings)


def test_every_claim_has_its_reason_and_every_finding_its_words_of_the_letter(text, stored):
    shared = read_report(stored.folder / "report.shared.json")
    for finding in shared.findings:
        assert finding.quote in text
        for claim in finding.claims:
            assert f"{claim.id} {claim.text} {claim.reason}" in text
            assert VERDICTS[claim.verdict].word in text


def test_every_page_but_the_first_names_council_and_month(pdf):
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    for number, page in enumerate(pages[1:], start=2):
        assert page.startswith("Exampleshire County Council · Readiness report October 2026")
        assert f"Page {number} of {len(pages)}" in page


def test_names_are_text_whatever_they_look_like(facts, tmp_path):
    hostile = "#panic() *A* $x$ <label> @b \\ = C"
    profile = facts.profile.model_copy(update={"name": hostile})
    made = build_report(replace(facts, places=places(), profile=profile, notices=(hostile,)), tmp_path)
    pdf = drawn(copy_for(share(small(made)), "director").model_copy(update={"version": MARK}), tmp_path)
    assert hostile in in_one_line(pdf)
    assert hostile in pdf.metadata.title


def test_a_restated_month_shows_what_was_first_reported(sendable, tmp_path):
    first = FirstReported(version=1, numerator=1000, denominator=2000, value=50.0, reasons=("entries",))
    one = next(indicator for indicator in sendable.indicators if indicator.scope.type == "authority")
    row = one.months[-1].model_copy(update={"first_reported": first})
    changed = one.model_copy(update={"months": (*one.months[:-1], row)})
    text = in_one_line(drawn(sendable.model_copy(update={"indicators": (changed,)}), tmp_path))
    now = f"{row.numerator:,} of {row.denominator:,}"
    assert f"October 2026 1,000 of 2,000 {now} records were entered or changed since" in text


def test_a_report_without_any_figures_can_be_set(sendable, tmp_path):
    bare = sendable.model_copy(update={"indicators": (), "definitions": {}, "also_watched": ()})
    assert "Not ready." in in_one_line(drawn(bare, tmp_path))
