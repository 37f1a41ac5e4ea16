"""The progress of a plan as lines."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.progress import Progress
from nodeview.ui.widgets.rotation_lines import head_of, lines_of_rotation, more_of_run
from tests.builders import NOW
from tests.ui.acting import a_plan, a_progress, asking


def said(progress: Progress, *unfolded: str, report: str = "", width: int = 120) -> list[str]:
    """The lines as text."""
    lines = lines_of_rotation(progress, unfolded, report, NOW, width)
    return ["".join(text for text, _ in line.said).rstrip() for line in lines]


def test_what_is_asked_comes_first() -> None:
    progress = asking(a_progress(a_plan(2), "running", "done", "done", "done"), 4, "Not done after 10 minutes: 5 of 6.")
    lines = said(progress)
    assert lines[0].startswith("asks")
    assert lines[1] == " ? Not done after 10 minutes: 5 of 6."
    assert any(line.startswith("   4  asks") for line in lines)
    assert more_of_run(progress, "question:4") == "Not done after 10 minutes: 5 of 6."


def test_nodes_workloads_steps_and_pods_are_told() -> None:
    progress = a_progress(a_plan(2), "running", "done", "failed", "running")
    lines = said(progress)
    assert any(line.split() == ["old-1", "2/3", "2", "of", "3", "moved"] for line in lines)
    assert any(line.split() == ["shop/checkout", "6/6", "never", "below", "6", "of", "6"] for line in lines)
    assert any(line.startswith("   2  failed    cordon") for line in lines)
    assert any(line.startswith("   5  waits") for line in lines)
    assert " + 1 left their node · 1 of their successors are ready" in lines
    assert not any("checkout-9" in line for line in lines)
    move = next(line for line in said(progress, "moves") if "checkout-9" in line)
    assert "ready after 4s" in move


def test_the_end_says_where_the_report_lies_and_how_to_go_on() -> None:
    stopped = replace(
        a_progress(a_plan(2), "stopped", "done"),
        sentence="Stopped when it was asked for.",
        resume="nodeview rotate resume 20261121-140000-api-7f3c",
    )
    lines = said(stopped, report="/var/reports/x.md")
    assert lines[0] == " Stopped when it was asked for."
    assert lines[1] == " go on with  nodeview rotate resume 20261121-140000-api-7f3c"
    assert lines[2] == " undo with   nodeview rotate abort 20261121-140000-api-7f3c"
    assert lines[3] == " report      /var/reports/x.md"
    long = "/var/" + "reports/" * 30 + "x.md"
    narrow = said(stopped, report=long, width=80)
    assert "".join(line[13:] for line in narrow[3:7]).startswith(long), "a path is shown whole"
    running = said(a_progress(), report="")
    assert not any("report" in line for line in running)


def test_where_nothing_moves_no_pods_are_counted() -> None:
    assert not any("old-1" in line for line in said(a_progress(a_plan(1, kind="cordon")))[:2])
    assert any("2 of 3 moved" in line for line in said(a_progress(a_plan(1))))


def test_the_head_counts_what_is_done_and_what_went_wrong() -> None:
    def head(progress: Progress) -> str:
        return "".join(text for text, _ in head_of(progress, NOW))

    assert head(a_progress(a_plan(2), "running", "done", "skipped")) == "running · 2 of 6 steps done · 1 left out · 1m"
    failed = a_progress(a_plan(2), "failed", "done", "failed", "parked")
    assert head(failed).startswith("ended, and not all of it is done · 1 of 6 steps done · 1 failed · 1 not tried")
