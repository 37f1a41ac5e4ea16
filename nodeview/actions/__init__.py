"""What we would do: plans, written here and carried out elsewhere. Pure."""

from nodeview.actions.marks import Mark, mark_of
from nodeview.actions.plan import (
    NO_SURGE,
    Kind,
    Path,
    Plan,
    PodPath,
    Step,
    Subject,
    Surge,
    Target,
    Verb,
    Verdict,
)

__all__ = [
    "NO_SURGE",
    "Kind",
    "Mark",
    "Path",
    "Plan",
    "PodPath",
    "Step",
    "Subject",
    "Surge",
    "Target",
    "Verb",
    "Verdict",
    "mark_of",
]
