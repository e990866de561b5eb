"""The report of a month: built once, frozen as a version, rendered as page, mail, document and workbook."""

from readiness.report.build import Further, MonthFacts, build_report
from readiness.report.copies import UnknownPlace, copy_for
from readiness.report.describing import described
from readiness.report.document import document
from readiness.report.mail import compose_mail
from readiness.report.model import Audience, Made, Report
from readiness.report.page import page
from readiness.report.publishing import publish
from readiness.report.quality import quality_at
from readiness.report.sharing import share
from readiness.report.versions import (
    DOCUMENT,
    INTERNAL_REPORT,
    PAGE,
    SHARED_REPORT,
    WORKBOOK,
    StoredVersion,
    file_name,
    read_report,
    store,
)
from readiness.report.workbook import workbook

__all__ = [
    "DOCUMENT",
    "INTERNAL_REPORT",
    "PAGE",
    "SHARED_REPORT",
    "WORKBOOK",
    "Audience",
    "Further",
    "Made",
    "MonthFacts",
    "Report",
    "StoredVersion",
    "UnknownPlace",
    "build_report",
    "compose_mail",
    "copy_for",
    "described",
    "document",
    "file_name",
    "page",
    "publish",
    "quality_at",
    "read_report",
    "share",
    "store",
    "workbook",
]
