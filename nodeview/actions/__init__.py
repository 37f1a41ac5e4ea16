"""What we would do: plans, written here and carried out elsewhere. Pure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from nodeview.actions.facts import NOTHING_ASKED, Access, PlanFacts, Refusal, Review, Served, accesses_of
    from nodeview.actions.marks import ENDED, NO_ANNOTATIONS, TAINT, holder
    from nodeview.actions.measures import NOTHING_MEASURED, Key, Measures, Measuring, PodMove, WorkloadMeasure
    from nodeview.actions.options import RotationOptions, options_said, why_no_batch
    from nodeview.actions.plan_words import gathered, room_rows, verb_words, why_words
    from nodeview.actions.progress import (
        Answer,
        Execution,
        NodeProgress,
        Outcome,
        Phase,
        Progress,
        Question,
        Stand,
        StepState,
    )
    from nodeview.actions.rollout import rollout_state
    from nodeview.actions.rotate import plan_rotation
    from nodeview.actions.scope import About
    from nodeview.actions.second_look import recheck
    from nodeview.actions.selection import Chosen, Selection, choose, version_of
    from nodeview.actions.single import (
        DO_NOT_DISRUPT,
        SCALE_DOWN_DISABLED,
        plan_cordon,
        plan_protect,
        plan_restart,
        plan_uncordon,
        plan_unprotect,
    )
    from nodeview.actions.verdict import counted, listed

_LATE = {
    **dict.fromkeys(("Access", "NOTHING_ASKED", "PlanFacts", "Refusal", "Review", "Served", "accesses_of"), "facts"),
    **dict.fromkeys(("ENDED", "NO_ANNOTATIONS", "TAINT", "holder"), "marks"),
    **dict.fromkeys(("Key", "Measures", "Measuring", "NOTHING_MEASURED", "PodMove", "WorkloadMeasure"), "measures"),
    **dict.fromkeys(("RotationOptions", "options_said", "why_no_batch"), "options"),
    **dict.fromkeys(("gathered", "room_rows", "verb_words", "why_words"), "plan_words"),
    **dict.fromkeys(("Answer", "Execution", "NodeProgress", "Outcome"), "progress"),
    **dict.fromkeys(("Phase", "Progress", "Question", "Stand", "StepState"), "progress"),
    "rollout_state": "rollout",
    "plan_rotation": "rotate",
    "About": "scope",
    "recheck": "second_look",
    **dict.fromkeys(("Chosen", "Selection", "choose", "version_of"), "selection"),
    **dict.fromkeys(("DO_NOT_DISRUPT", "SCALE_DOWN_DISABLED", "plan_cordon"), "single"),
    **dict.fromkeys(("plan_protect", "plan_restart", "plan_uncordon", "plan_unprotect"), "single"),
    **dict.fromkeys(("counted", "listed"), "verdict"),
}
"""Names and the modules they are in: loaded when first asked for, since a screen paints before anybody plans."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)


__all__ = [
    "DO_NOT_DISRUPT",
    "ENDED",
    "NOTHING_ASKED",
    "NOTHING_MEASURED",
    "NO_ANNOTATIONS",
    "NO_SURGE",
    "SCALE_DOWN_DISABLED",
    "TAINT",
    "About",
    "Access",
    "Answer",
    "Chosen",
    "Execution",
    "Key",
    "Kind",
    "Mark",
    "Measures",
    "Measuring",
    "NodeProgress",
    "Outcome",
    "Path",
    "Phase",
    "Plan",
    "PlanFacts",
    "PodMove",
    "PodPath",
    "Progress",
    "Question",
    "Refusal",
    "Review",
    "RotationOptions",
    "Selection",
    "Served",
    "Stand",
    "Step",
    "StepState",
    "Subject",
    "Surge",
    "Target",
    "Verb",
    "Verdict",
    "WorkloadMeasure",
    "accesses_of",
    "choose",
    "counted",
    "gathered",
    "holder",
    "listed",
    "mark_of",
    "options_said",
    "plan_cordon",
    "plan_protect",
    "plan_restart",
    "plan_rotation",
    "plan_uncordon",
    "plan_unprotect",
    "recheck",
    "rollout_state",
    "room_rows",
    "verb_words",
    "version_of",
    "why_no_batch",
    "why_words",
]
