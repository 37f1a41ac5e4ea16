"""What is said of pods that wait, in one line and in many."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.insights import PendingRow
from nodeview.records import OwnerRef
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.pending_lines import counted, pending_line, row_lines
from nodeview.views import PendingView, cell_width
from tests.builders import NOW
from tests.ui.frames import REASON, a_frame, waiting

INK = Ink()
MANY = [replace(waiting(f"pod-{one}"), owner=OwnerRef("Job", f"job-{one:02}")) for one in range(20)]


def line(pending: list[PendingView], width: int = 120) -> str:
    parts = pending_line(a_frame(1, pending=pending), NOW, width, INK)
    return "".join(text for text, _ in parts)


def test_one_line_says_who_waits_and_why() -> None:
    balloon = replace(waiting("balloon-1"), owner=OwnerRef("Deployment", "balloon"))
    pods = [waiting("a"), waiting("b"), balloon, waiting("gate", None, "gated")]
    said = line(pods)
    assert said.startswith(" 4 pending: 2 worker (no node has 4 vCPU free for it · 2m) · 1 balloon (refilling · 2m)")
    assert said.endswith(" · 1 gated")


@pytest.mark.parametrize("width", [40, 79, 120, 200])
def test_groups_that_find_no_room_are_counted(width: int) -> None:
    said = line(MANY, width)
    shown = said.count("job-")
    assert cell_width(said) <= width
    assert f"{20 - shown} more" in said or width == 40


def test_nobody_waits_and_nothing_is_said() -> None:
    assert line([]) == ""
    assert counted(a_frame(1), NOW) == ("", "")


def test_pods_are_counted_by_kind() -> None:
    pods = [waiting("a"), waiting("b"), waiting("d", None, "gated")]
    assert counted(a_frame(1, pending=pods), NOW) == ("3 pending: 2 unschedulable, 1 gated", " · oldest 2m")


def test_balloons_are_counted_apart_from_work_that_waits() -> None:
    balloon = replace(waiting("balloon-1"), owner=OwnerRef("Deployment", "balloon"))
    frame = a_frame(1, pending=[waiting("a"), waiting("b"), balloon])
    assert counted(frame, NOW)[0] == "3 pending: 2 unschedulable, 1 balloon"
    group = next(one for one in frame.insights.pending.groups if one.balloon)
    first = row_lines(PendingRow(group, None, False, frame.view.given), NOW, 300, INK)[0]
    assert "".join(text for text, _ in first) == " shop/balloon  balloon 2m"


def test_what_a_pod_requests_is_said_below_where_there_is_no_room_beside_its_owner() -> None:
    pods = [replace(waiting(name), owner=OwnerRef("Deployment", "checkout-with-a-long-name")) for name in "ab"]
    frame = a_frame(1, pending=pods)
    (group,) = frame.insights.pending.groups
    lines = row_lines(PendingRow(group, None, False, frame.view.given), NOW, 60, INK)
    texts = ["".join(text for text, _ in one) for one in lines]
    assert texts[1] == " of Deployment checkout-with-a-long-name"
    assert texts[2] == " each requests cpu 4, memory 8.0 GiB"


def test_all_that_is_known_of_a_group_ends_with_the_schedulers_own_words() -> None:
    frame = a_frame(1, pending=[waiting("a"), waiting("b")])
    (group,) = frame.insights.pending.groups
    lines = [
        "".join(text for text, _ in one)
        for one in row_lines(PendingRow(group, None, False, frame.view.given), NOW, 300, INK)
    ]
    assert lines[0] == " shop/worker  2 pods  unschedulable 2m"
    assert lines[1] == " of Deployment worker   each requests cpu 4, memory 8.0 GiB"
    assert lines[2] == " no node has 4 vCPU free for it; 30 do not match its node selector or affinity"
    assert lines[-1] == f" {REASON}"
