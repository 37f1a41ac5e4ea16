"""What deserves attention. Pure: derived from views, and from the insights of the moment before."""

from nodeview.insights.audit_words import AuditLine, audit_lines, headline
from nodeview.insights.catalogue import NOTHING_SEEN, Insights, derive_insights
from nodeview.insights.contract import Moment
from nodeview.insights.episode_sights import NO_SIGHTS, EpisodeSight, EpisodeSights, Saving, saving_words
from nodeview.insights.finding import SEVERITIES, Finding, Severity
from nodeview.insights.finding_words import PageLine, counted, finding_line, page_lines
from nodeview.insights.findings import NO_FINDINGS, Findings
from nodeview.insights.groups import NO_GROUPS, Pending, PendingGroup
from nodeview.insights.outlook import Maker, NearMiss, Outlook
from nodeview.insights.outlook_words import outlook_phrases, refusal
from nodeview.insights.oversize import Oversize, Term
from nodeview.insights.pending_filter import PendingFilter, parse_pending_filter
from nodeview.insights.pending_line import pending_pieces
from nodeview.insights.pending_table import PENDING_GROUP_COLUMNS, PendingRow, age_tone, pending_rows
from nodeview.insights.recommended import Recommended
from nodeview.insights.requests_audit import Audit, Bare, audit_requests
from nodeview.insights.staying import Staying
from nodeview.insights.staying_reason import Stay, StayReason, proof_of
from nodeview.insights.staying_table import STAY_WORDS, staying_column, tone_of
from nodeview.insights.use_audit import FarFromUse

__all__ = [
    "NOTHING_SEEN",
    "NO_FINDINGS",
    "NO_GROUPS",
    "NO_SIGHTS",
    "PENDING_GROUP_COLUMNS",
    "SEVERITIES",
    "STAY_WORDS",
    "Audit",
    "AuditLine",
    "Bare",
    "EpisodeSight",
    "EpisodeSights",
    "FarFromUse",
    "Finding",
    "Findings",
    "Insights",
    "Maker",
    "Moment",
    "NearMiss",
    "Outlook",
    "Oversize",
    "PageLine",
    "Pending",
    "PendingFilter",
    "PendingGroup",
    "PendingRow",
    "Recommended",
    "Saving",
    "Severity",
    "Stay",
    "StayReason",
    "Staying",
    "Term",
    "age_tone",
    "audit_lines",
    "audit_requests",
    "counted",
    "derive_insights",
    "finding_line",
    "headline",
    "outlook_phrases",
    "page_lines",
    "parse_pending_filter",
    "pending_pieces",
    "pending_rows",
    "proof_of",
    "refusal",
    "saving_words",
    "staying_column",
    "tone_of",
]
