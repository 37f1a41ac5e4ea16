"""What deserves attention. Pure: derived from views, and from the insights of the moment before."""

from nodeview.insights.audit_words import AuditLine, audit_lines, headline
from nodeview.insights.catalogue import NOTHING_SEEN, Insights, derive_insights
from nodeview.insights.contract import Moment
from nodeview.insights.groups import NO_GROUPS, Pending, PendingGroup
from nodeview.insights.outlook import Maker, NearMiss, Outlook
from nodeview.insights.outlook_words import outlook_phrases, refusal
from nodeview.insights.oversize import Oversize, Term
from nodeview.insights.pending_filter import PendingFilter, parse_pending_filter
from nodeview.insights.pending_line import pending_pieces
from nodeview.insights.pending_table import PENDING_GROUP_COLUMNS, PendingRow, age_tone, pending_rows
from nodeview.insights.requests_audit import Audit, Bare, audit_requests
from nodeview.insights.use_audit import FarFromUse

__all__ = [
    "NOTHING_SEEN",
    "NO_GROUPS",
    "PENDING_GROUP_COLUMNS",
    "Audit",
    "AuditLine",
    "Bare",
    "FarFromUse",
    "Insights",
    "Maker",
    "Moment",
    "NearMiss",
    "Outlook",
    "Oversize",
    "Pending",
    "PendingFilter",
    "PendingGroup",
    "PendingRow",
    "Term",
    "age_tone",
    "audit_lines",
    "audit_requests",
    "derive_insights",
    "headline",
    "outlook_phrases",
    "parse_pending_filter",
    "pending_pieces",
    "pending_rows",
    "refusal",
]
