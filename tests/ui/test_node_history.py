"""Events of a node, its claim and its pods in one list; and what it went through."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster import EventIndex, PodMoves, Turn
from nodeview.cluster.history import HistoryFold
from nodeview.records import NodeName, ObjectRef
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.fact_lines import FactLines
from nodeview.ui.widgets.node_history import EVENTS, add_events, add_history, line_of, sayings
from nodeview.views import ClusterView, NodeView, Tone
from tests.builders import NOW, a_claim, a_node
from tests.cluster.events import an_event
from tests.ui.frames import a_frame, a_node_view, synced

NAME = a_node_view(1).name


def said(index: EventIndex, uid: str, reason: str, message: str, ago: int, **more: Any) -> None:
    more.setdefault("began", NOW - ago)
    about = ObjectRef("X", "", "x", uid)
    index.put(an_event(message, about, reason=reason, at=NOW - ago, source="karpenter", **more))


def seen(view: NodeView, index: EventIndex) -> ClusterView:
    return replace(a_frame([view]).view, events=index)


def texts(view: NodeView, index: EventIndex, width: int = 200) -> list[str]:
    lines = FactLines(Ink(), width)
    add_events(lines, view, seen(view, index), NOW)
    return ["".join(text for text, _ in line) for line in lines.lines]


def a_view(pods: int = 2) -> NodeView:
    return replace(a_node_view(1, pods=pods), claim=a_claim("c", uid="uid-claim"))


def test_all_of_it_is_one_list_the_newest_first_and_each_names_what_it_is_about() -> None:
    view, index = a_view(), EventIndex()
    said(index, view.record.uid, "DisruptionBlocked", "pdb prevents", 30)
    said(index, NAME, "NodeNotReady", "by the kubelet, whose uid is the name", 10, warning=True)
    said(index, "uid-claim", "Unconsolidatable", "can't remove", 20)
    said(index, view.pods[0].uid, "Evicted", "evicted it", 40)
    said(index, "somebody-else", "Evicted", "not here", 1)
    found = sayings(view, seen(view, index))
    pod = f"{view.pods[0].namespace}/{view.pods[0].name}"
    assert [one.about for one in found] == ["node", "claim c", "node", pod]
    assert [one.event.reason for one in found] == ["NodeNotReady", "Unconsolidatable", "DisruptionBlocked", "Evicted"]
    assert "node · NodeNotReady: by the kubelet, whose uid is the name (karpenter)" in texts(view, index)[1]


def test_what_is_said_of_many_pods_alike_is_one_line_and_what_is_repeated_says_since_when() -> None:
    view, index = a_view(pods=4), EventIndex()
    for place, pod in enumerate(view.pods):
        said(index, pod.uid, "Evicted", f"{pod.name} was evicted", place + 1)
    said(index, view.record.uid, "Unconsolidatable", "no", 0, began=NOW - 1200)
    _, first, second = texts(view, index)
    assert first.endswith("node · Unconsolidatable: no (karpenter) · repeated for 20m")
    assert f"{view.pods[0].name} and 3 more pods · Evicted" in second
    assert "repeated" not in second


def test_more_than_anybody_reads_is_counted() -> None:
    view, index = a_view(pods=50), EventIndex()
    for place, pod in enumerate(view.pods):
        said(index, pod.uid, "Evicted", f"message {place}", place)
    lines = texts(view, index)
    assert len(lines) == EVENTS + 2
    assert f"{50 - EVENTS} older ones" in lines[-1]


def test_where_events_may_not_be_read_the_reason_stands_in_their_place() -> None:
    view = a_view()
    forbidden = replace(synced()[0], resource="events", state="forbidden", synced_once=False, reason="no, says RBAC")
    cluster = replace(seen(view, EventIndex()), streams=(*synced(), forbidden))
    lines = FactLines(Ink(), 100)
    add_events(lines, view, cluster, NOW)
    assert "events are not known: no, says RBAC" in "".join(text for text, _ in lines.lines[0])
    assert len(lines.lines) == 1
    assert "nothing was said of it" in texts(view, EventIndex())[1]


def test_turns_and_pods_in_words() -> None:
    assert line_of(Turn(1, "joined", "arriving", "not Ready yet"))[0] == "joined the cluster, arriving: not Ready yet"
    assert line_of(Turn(1, "left")) == ("left the cluster", Tone.CAUTION)
    assert line_of(Turn(1, "phase", "cordoned", "", ("cordoned",)))[0] == "cordoned"
    turned = Turn(1, "phase", "draining", "Underutilized", ("taint a:NoSchedule", "DiskPressure True"))
    assert line_of(turned) == ("draining: Underutilized · taint a:NoSchedule · DiskPressure True", Tone.CAUTION)
    assert line_of(Turn(1, "phase", "unknown"))[1] is Tone.ALARM
    assert line_of(Turn(1, "changed", None, "", ("opened again",)))[0] == "opened again"
    assert line_of(PodMoves(1, 61, came=6, went=2, evicted=1))[0] == "6 pods came, 2 went (1 evicted) in 1m"
    assert line_of(PodMoves(1, 1, went=1, preempted=1))[0] == "1 pod went (1 preempted)"
    assert line_of(PodMoves(1, 1, came=1))[0] == "1 pod came"


def history(fold: HistoryFold, view: NodeView) -> list[str]:
    lines = FactLines(Ink(), 100)
    add_history(lines, view, fold.told(), NOW)
    return ["".join(text for text, _ in line) for line in lines.lines]


def test_the_newest_turn_is_the_first_and_no_turn_says_so() -> None:
    view, fold = a_node_view(1), HistoryFold(lambda name: None, {})
    assert "nothing happened to it" in history(fold, view)[1]
    node = a_node(NAME)
    fold.moved(node, replace(node, unschedulable=True), NOW - 9, live=True)
    fold.moved(replace(node, unschedulable=True), node, NOW - 5, live=True)
    _, first, second = history(fold, view)
    assert first.endswith("ready · opened again")
    assert second.endswith("cordoned")


def test_what_is_not_remembered_is_not_said_to_be_nothing() -> None:
    view, fold = a_node_view(1), HistoryFold(lambda name: None, {})
    fold.told().whole = False
    assert "nothing is remembered of it" in history(fold, view)[1]
    node = a_node(NAME)
    for number in range(60):
        fold.moved(
            replace(node, unschedulable=bool(number % 2)), replace(node, unschedulable=not number % 2), NOW, live=True
        )
    assert "12 turns before, which are forgotten" in history(fold, view)[-1]
    assert fold.told().of(NodeName(NAME)).forgotten == 12
