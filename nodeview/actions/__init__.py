"""What we would do: plans, written here and carried out elsewhere. Pure."""

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

__all__ = ["NO_SURGE", "Kind", "Path", "Plan", "PodPath", "Step", "Subject", "Surge", "Target", "Verb", "Verdict"]
