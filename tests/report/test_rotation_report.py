"""The report of a rotation, for the change ticket."""

from __future__ import annotations

from nodeview.actions.measures import Measures, PodMove, WorkloadMeasure
from nodeview.actions.plan import Plan, Step, Subject, Target, Verdict
from nodeview.actions.progress import NodeProgress, Phase, Progress, StepState
from nodeview.records import NodeName
from nodeview.report.rotation_report import MOST_PODS, render_rotation

SHOP = Subject("Deployment", "shop", "web", "u", "apps")
STEP = Step(1, "restart", SHOP, "why", "kubectl")
NODE = NodeName("n1")
PLAN = Plan(
    "20261121-1",
    "rotation",
    "rotate 2 nodes of pool api",
    "prod",
    "here",
    0.0,
    (Target(NODE, "u", "api", None, "", True),),
    (STEP,),
    blockers=(Verdict("R4", "shop/ledger", "its strategy | is OnDelete", True),),
)


def _progress(phase: Phase = "done", moves: int = 1, resume: str = "") -> Progress:
    measure = WorkloadMeasure(SHOP, 6, 6, 4, 2, 31.4)
    some = tuple(PodMove(SHOP, f"old-{n}", "n1", f"new-{n}", "n2", 0.25, 12.0) for n in range(moves))
    return Progress(
        PLAN,
        phase,
        1_000_125.0,
        1_000_000.0,
        (StepState(STEP, "done", 1_000_000.0, 1_000_061.0, "restarted"),),
        (NodeProgress(NODE, "removed", 0, 3, True),),
        Measures((measure, WorkloadMeasure(Subject("StatefulSet", "db", "web"), None)), some),
        sentence="All is done.",
        resume=resume,
    )


def test_all_that_was_done_and_measured() -> None:
    text = render_rotation(_progress(), "ann@host")
    for line in (
        "# Rotate 2 nodes of pool api",
        "**done**. All is done.",
        "- by: ann@host",
        "- from 1970-01-12 13:46:40 UTC to 1970-01-12 13:48:45 UTC, 2 min 5 s",
        "| n1 | removed; was cordoned before, by another |",
        "| deployment/web/shop | 6 | 4 | 31 | down to 4 of 6 for 31 s |",
        "| statefulset/web/db | – | – | – | not measured |",
        "| deployment/web/shop | old-0 | n1 | new-0 | n2 | 0.2 s | 12.0 s |",
        "| R4:shop/ledger | its strategy \\| is OnDelete |",
        "| 1 | restart | deployment/web/shop | done | 1 min 1 s | restarted |",
    ):
        assert line in text.splitlines(), line


def test_one_that_was_stopped_says_how_to_go_on() -> None:
    text = render_rotation(_progress("stopped", resume="nodeview rotate resume 20261121-1"))
    assert "**stopped before its end**" in text
    assert "- goes on with `nodeview rotate resume 20261121-1`" in text
    assert "- by:" not in text


def test_pods_beyond_count_are_counted() -> None:
    text = render_rotation(_progress(moves=MOST_PODS + 3))
    assert text.count("| new-") == MOST_PODS
    assert "3 more pods are not listed." in text
