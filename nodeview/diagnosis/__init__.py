"""What works here, permission by permission, and what is lost without it. Pure."""

from nodeview.diagnosis.checks import checks_of
from nodeview.diagnosis.finding import Check, Diagnosis, Ending, Permission, PermissionState, Reached, Verdict
from nodeview.diagnosis.roles import (
    ACT,
    MISSING,
    VIEW,
    Rule,
    act_rules,
    grant_commands,
    role_yaml,
    rules_of,
    view_rules,
)
from nodeview.diagnosis.wants import ESSENTIAL, PURPOSES, READING, WANTS, Purpose, Want

__all__ = [
    "ACT",
    "ESSENTIAL",
    "MISSING",
    "PURPOSES",
    "READING",
    "VIEW",
    "WANTS",
    "Check",
    "Diagnosis",
    "Ending",
    "Permission",
    "PermissionState",
    "Purpose",
    "Reached",
    "Rule",
    "Verdict",
    "Want",
    "act_rules",
    "checks_of",
    "grant_commands",
    "role_yaml",
    "rules_of",
    "view_rules",
]
