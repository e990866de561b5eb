"""A second inspection stands beside the first, marked as what it is, and changes nothing of the first."""

import io
import json

import pandas as pd
from pypdf import PdfReader

from readiness.periods import Month
from readiness.report import compose_mail, copy_for, document, page, publish, read_report, share, store, workbook
from readiness.report.model import Version
from readiness.report.versions import canonical_json
from readiness.report.words import VERDICTS
from readiness.report.year import year_of, year_page
from tests.report.conftest import OTHER_INSPECTION as ID
from tests.report.conftest import small

NOTICE = "This inspection is synthetic: it never took place, and every finding in it is invented."


def test_the_first_inspection_is_as_it_would_be_alone(both, report):
    assert both.model_copy(update={"further": ()}) == report


def test_a_report_of_one_inspection_has_no_trace_of_another(report):
    content = json.loads(canonical_json(report))
    assert "further" not in content and "notice" not in content["inspection_detail"]
    assert 'class="further"' not in page(small(report))


def test_every_claim_of_the_other_is_in_the_report_with_its_own_target(both):
    (other,) = both.further
    claims = {claim.id: claim for finding in other.findings for claim in finding.claims}
    assert set(claims) == {
        "E1a", "L1a", "L1b", "L1c", "H1a", "H1b", "H2a", "H2b", "H2c", "C1a", "C1b", "V1a", "V1b", "B1a",
    }  # fmt: skip
    assert "95%" in claims["H1a"].reason, "the letter asks for 90% here"
    assert (claims["V1a"].verdict, claims["V1b"].verdict) == ("no_data", "needs_evidence")


def test_page_mail_and_year_show_it_as_synthetic(both, reports):
    version = store(small(both), reports)
    publish(version.folder)
    html = (version.folder / "report.html").read_text("utf-8")
    assert NOTICE in html and 'id="claim-V1a"' in html and f'href="#inspection-{ID}"' in html
    assert html.count('id="claim-') == html.count('<li class="claim"') == 45 + 14
    text = compose_mail(copy_for(read_report(version.folder / "report.shared.json"), "shared"))
    assert NOTICE in " ".join(text.get_body(("plain",)).get_content().split())
    year = year_page(year_of(reports, Month.parse("2026-10")))
    assert NOTICE in year and "<strong>V1a</strong>" in year


def test_document_and_workbook_show_it_as_synthetic(both):
    copy = copy_for(share(small(both)).model_copy(update={"version": Version(number=1, hash="ab" * 32)}), "director")
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(document(copy))).pages).split())
    (other,) = copy.further
    assert text.count(NOTICE) == 2 + len(other.findings)
    assert f"Beside it, {other.inspection.title}:" in text
    rows = pd.read_excel(io.BytesIO(workbook(copy)), sheet_name="Findings", index_col="Claim")
    for claim in (claim for finding in other.findings for claim in finding.claims):
        assert claim.reason in text.replace("\u00a0", " ")
        assert rows.loc[claim.id, "Verdict"] == VERDICTS[claim.verdict].word
        assert rows.loc[claim.id, "Reason"] == claim.reason
        assert rows.loc[claim.id, "Inspection"] == f"{other.inspection.title}. {NOTICE}"
    assert len(rows) == 45 + 14
    assert rows.loc["P1a", "Inspection"] == copy.inspection_detail.title


def test_its_sentences_are_guarded_in_the_shared_copy(both):
    def claims(copy):
        return [claim for other in copy.further for finding in other.findings for claim in finding.claims]

    assert all(claim.reason_shared is not None for claim in claims(both))
    assert all(claim.reason_shared is None and claim.tipping_shared is None for claim in claims(share(both)))
