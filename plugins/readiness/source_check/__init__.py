"""What a case system can and cannot tell, before anything is counted: the first page that a new council sees.

check_source(settings, day, now)      reads every feed and looks at it; writes nothing to the source
words(check), page(check)             the same for the terminal and as a page
store(settings, check)                keeps it in the home and publishes the page
"""

from readiness.source_check.checking import check_source
from readiness.source_check.model import FeedCheck, IndicatorCheck, SourceCheck
from readiness.source_check.page import page
from readiness.source_check.storing import last_check, store
from readiness.source_check.terminal import words

__all__ = ["FeedCheck", "IndicatorCheck", "SourceCheck", "check_source", "last_check", "page", "store", "words"]
