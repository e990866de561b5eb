"""The report of a month: built once, frozen as a version, rendered as page and mail."""

from readiness.report.build import MonthFacts, build_report
from readiness.report.copies import UnknownPlace, copy_for
from readiness.report.describing import described
from readiness.report.mail import compose_mail
from readiness.report.model import Audience, Made, Report
from readiness.report.page import page, publish
from readiness.report.quality import quality_at
from readiness.report.sharing import share
from readiness.report.versions import (
    INTERNAL_REPORT,
    PAGE,
    SHARED_REPORT,
    StoredVersion,
    read_report,
    store,
)

__all__ = [
    "INTERNAL_REPORT",
    "PAGE",
    "SHARED_REPORT",
    "Audience",
    "Made",
    "MonthFacts",
    "Report",
    "StoredVersion",
    "UnknownPlace",
    "build_report",
    "compose_mail",
    "copy_for",
    "described",
    "page",
    "publish",
    "quality_at",
    "read_report",
    "share",
    "store",
]
