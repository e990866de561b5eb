"""The mail stands alone: as text, as HTML with its pictures inside, small, and made from an audience's copy only."""

import re
from html import unescape

import pytest

from readiness.report import Report, compose_mail, copy_for, share
from readiness.report.correction import MOST, what_changed
from readiness.report.model import Before, Version
from readiness.report.rendering import NotShared
from readiness.report.versions import SHARED_REPORT, canonical_json
from readiness.report.words import VERDICTS
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


def test_the_message_is_small_enough_for_every_mailbox(message):
    assert len(message.as_bytes()) < 1_000_000


def full_size(report, further) -> Report:
    """Every indicator that a claim names has figures and a chart, in every place; each claim's reason is as long as the
    longest; a second inspection stands beside the letter; most verdicts are others than in the month before."""
    verdicts = {claim.id: "no_data" for finding in report.findings for claim in finding.claims}
    before = Before(month="2026-09", version=1, overall="cannot_tell", verdicts=verdicts)
    report = report.model_copy(update={"further": further, "before": before})
    like = "contact_decision_in_time"
    longest = max((c.reason for f in report.every_finding for c in f.claims), key=len)
    names = {n for f in report.every_finding for c in f.claims for n in (*c.evidence, *c.context)}
    series = [one for one in report.indicators if one.id == like]

    def padded(findings):
        return tuple(
            f.model_copy(update={"claims": tuple(c.model_copy(update={"reason": longest}) for c in f.claims)})
            for f in findings
        )

    return report.model_copy(
        update={
            "findings": padded(report.findings),
            "further": tuple(o.model_copy(update={"findings": padded(o.findings)}) for o in further),
            "definitions": dict.fromkeys(sorted(names), report.definitions[like]),
            "indicators": tuple(one.model_copy(update={"id": name}) for name in sorted(names) for one in series),
            "version": Version(number=1, hash="ab" * 32),
        }
    )


def all_other(report: Report) -> Report:
    """A version before, in which every verdict and every figure was another one."""
    another = {"indicative_not_met": "no_data"}

    def other(findings):
        return tuple(
            f.model_copy(
                update={
                    "claims": tuple(
                        c.model_copy(update={"verdict": another.get(c.verdict, "indicative_not_met")}) for c in f.claims
                    )
                }
            )
            for f in findings
        )

    def moved(row):
        return row.model_copy(update={"numerator": 1_111, "denominator": 2_222, "value": 50.0, "running": 1_111})

    return report.model_copy(
        update={
            "findings": other(report.findings),
            "further": tuple(o.model_copy(update={"findings": other(o.findings)}) for o in report.further),
            "indicators": tuple(
                one.model_copy(update={"months": tuple(map(moved, one.months))}) for one in report.indicators
            ),
        }
    )


@pytest.mark.parametrize(("audience", "places"), [("director", ()), ("area", ("A1", "A2")), ("shared", ())])
def test_the_html_of_a_full_size_register_is_shown_to_its_end(shared, both, monkeypatch, tmp_path, audience, places):
    """Some mail programs cut it at 102 kB. It is a correction of every verdict and every figure, too."""
    monkeypatch.setattr("readiness.report.charts.png", lambda *given, **more: b"")
    release = full_size(shared, share(both).further)
    (tmp_path / SHARED_REPORT).write_text(canonical_json(all_other(release)), encoding="utf-8")
    copy = copy_for(release, audience, places)
    changed = what_changed(tmp_path / SHARED_REPORT, copy)
    assert len(changed) > (2 if audience == "shared" else 3) * MOST
    html = compose_mail(copy, is_correction=True, changed=changed).get_body(("html",)).get_content()
    assert len(copy.definitions) > 50
    assert html.count("<img ") >= 5
    assert len(html.encode()) < 100_000


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


def test_the_html_tells_every_verdict_and_why_what_is_unmet_is_so_or_was_asked_for_first(text, html, sendable):
    seen = in_one_line(re.sub(r"<[^>]+>", " ", html.split("<body")[1])).replace("&#39;", "'").replace("&amp;", "&")
    for finding in sendable.findings:
        for claim in finding.claims:
            assert f"{VERDICTS[claim.verdict].word} {claim.id} {claim.text}" in seen
            is_told = finding.kind in ("priority_action", "repeat_finding") or "not_met" in claim.verdict
            assert not is_told or in_one_line(claim.reason) in seen
    for note in (*sendable.summary.better, *sendable.summary.backlog):
        assert note.text in seen
        assert note.text in in_one_line(text)


@pytest.mark.parametrize(
    ("audience", "places"), [("director", ()), ("area", ("A1",)), ("team", ("A1-1",)), ("shared", ())]
)
def test_the_html_sends_each_reader_to_what_they_can_have(shared, monkeypatch, audience, places):
    """The PDF is the director's alone, and Outlook shows no plain text of a message that has HTML."""
    monkeypatch.setattr("readiness.report.charts.png", lambda *given, **more: b"")
    released = shared.model_copy(update={"version": Version(number=1, hash="ab" * 32)})
    page = compose_mail(copy_for(released, audience, places)).get_body(("html",)).get_content()
    assert ("PDF" in page) == (audience == "director")
    assert ("ask the data team" in page) == (audience != "director")
    assert "plain text" not in page


def test_the_html_says_how_we_counted(html, sendable):
    seen = in_one_line(unescape(re.sub(r"<[^>]+>", " ", html)))
    assert len(sendable.how_we_counted) > 5
    for paragraph in sendable.how_we_counted:
        assert in_one_line(paragraph.text) in seen


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
