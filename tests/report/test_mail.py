"""The mail stands alone: as text, as HTML with its pictures inside, small, and made from an audience's copy only."""

import re

import pytest

from readiness.report import compose_mail, copy_for
from readiness.report.model import Version
from readiness.report.rendering import NotShared
from tests.report.sample import NOTICE


@pytest.fixture(scope="module")
def sendable(shared):
    return copy_for(shared.model_copy(update={"version": Version(number=1, hash="ab" * 32)}), "shared")


@pytest.fixture(scope="module")
def message(sendable):
    return compose_mail(sendable)


@pytest.fixture(scope="module")
def text(message) -> str:
    return message.get_body(("plain",)).get_content()


@pytest.fixture(scope="module")
def html(message) -> str:
    return message.get_body(("html",)).get_content()


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_internal_report_is_never_mailed(report, shared):
    with pytest.raises(NotShared):
        compose_mail(report.model_copy(update={"version": Version(number=1, hash="ab" * 32)}))
    with pytest.raises(NotShared):
        compose_mail(shared.model_copy(update={"version": Version(number=1, hash="ab" * 32)}))
    with pytest.raises(NotShared):
        compose_mail(copy_for(shared, "shared"))


def test_the_same_report_gives_the_same_bytes(sendable, message):
    assert compose_mail(sendable).as_bytes() == message.as_bytes()


def test_the_message_is_small_enough_for_every_mailbox(message, html):
    assert len(message.as_bytes()) < 1_000_000
    assert len(html.encode()) < 102_000, "some mail programs cut what is longer"


def test_the_parts_are_text_then_html_with_its_pictures(message):
    assert message.get_content_type() == "multipart/alternative"
    plain, related = message.get_payload()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    assert all(part.get_content_type() == "image/png" for part in related.get_payload()[1:])


def test_every_picture_is_inside_and_used_and_described(message, html):
    inside = {part["Content-ID"].strip("<>"): part for part in message.walk() if part.get_content_maintype() == "image"}
    assert set(re.findall(r'src="cid:([^"]+)"', html)) == set(inside)
    assert len(inside) >= 5
    images = re.findall(r"<img [^>]*>", html)
    assert all(re.search(r'alt="[^"]{30,}"', image) for image in images)
    assert all(part.get_content_disposition() == "inline" for part in inside.values())


def test_nothing_is_fetched_from_anywhere(html):
    assert not re.findall(r"https?://", html)
    assert not re.findall(r"url\(|@import|<script|<link", html)


def test_outlook_gets_tables_and_styles_in_the_elements(html):
    assert not re.search(r"display:\s*(flex|grid)", html)
    assert not re.search(r"position:\s*(absolute|fixed|sticky)", html)
    body = html.split("<body")[1]
    assert "<style" not in body
    assert body.count('role="presentation"') == body.count("<table")
    assert re.search(r"<h1 style=", body)
    assert "var(--" not in html


def test_the_text_stands_alone(text, sendable):
    start = in_one_line(text)[:700]
    assert start.startswith(NOTICE)
    assert "NOT READY" in start
    assert "Of the four claims of the priority action" in start
    for finding in sendable.findings:
        for claim in finding.claims:
            assert f"{claim.id} {claim.text}" in in_one_line(text)
            assert in_one_line(claim.reason) in in_one_line(text)
    assert "<" not in text
    assert "&#" not in text
    assert max(map(len, text.splitlines())) <= 78


def test_text_and_html_say_the_same(text, html, sendable):
    seen = in_one_line(re.sub(r"<[^>]+>", " ", html.split("<body")[1])).replace("&#39;", "'").replace("&amp;", "&")
    for finding in sendable.findings:
        for claim in finding.claims:
            assert in_one_line(claim.reason) in seen
    for note in (*sendable.summary.better, *sendable.summary.backlog):
        assert note.text in seen
        assert note.text in in_one_line(text)


def test_the_notice_comes_first(html):
    first = in_one_line(re.sub(r"<[^>]+>", " ", html.split('class="sheet"')[1].split(">", 1)[1]))
    assert first.startswith(NOTICE)


def test_the_subject_says_month_and_verdict_and_no_count(message):
    assert message["Subject"] == "Readiness report, October 2026: not ready"


def test_a_correction_says_so(sendable, message):
    corrected = compose_mail(sendable, is_correction=True)
    assert corrected["Subject"].startswith("Correction: ")
    for kind in ("plain", "html"):
        assert "This is a correction." in in_one_line(corrected.get_body((kind,)).get_content())
        assert "This is a correction." not in in_one_line(message.get_body((kind,)).get_content())


def test_every_share_in_the_text_stands_with_its_counts(text):
    """'81.2% of sessions … (590 of 727)': after each share in figures its counts follow within the sentence. Mean and
    limits of a control chart are no shares; they follow the share that they explain."""
    told = re.sub(r"(the \d+\.\d% to which chance reaches around )?the monthly mean of \d+\.\d%", "", in_one_line(text))
    for sentence in re.split(r"(?<=[.;]) |\n\n|\n\* |\n- ", told.replace(" * ", "\n* ")):
        for found in re.finditer(r"\d+\.\d%", sentence):
            assert re.match(r"[^%]*?\([\d,]+ of [\d,]+\)", sentence[found.end() :]), sentence


def test_no_place_smaller_than_the_council_is_in_the_mail(text, html):
    for name in ("Northmoor", "Eastvale", "Safeguarding"):
        assert name not in text
        assert name not in html
