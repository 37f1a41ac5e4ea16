"""The columns of pods, on a node and waiting."""

from __future__ import annotations

from nodeview.records import NodeName
from nodeview.views import PENDING_COLUMNS, POD_COLUMNS, PodRow, Tone, view_pending
from tests.builders import NOW, a_pod
from tests.views.build import NANO


def test_pods_say_their_owner_requests_and_state() -> None:
    pod = a_pod("p", reason="CrashLoopBackOff", requests={"cpu": NANO // 4}, unreadable=("memory",))
    said = {column.id: column.cell(PodRow(pod, pod.owner), NOW) for column in POD_COLUMNS}
    assert (said["owner"].text, said["cpu"].text, said["age"].text) == ("app-1", "0.250", "1d")
    assert (said["memory"].text, said["memory"].reason) == ("–", "its memory request is not a quantity")
    assert said["state"].text == "running · CrashLoopBackOff"


def test_waiting_pods_say_the_clusters_own_words() -> None:
    row = view_pending(a_pod("p", node=None, phase="Pending", gated=True, owner=None), {})
    said = {column.id: column.cell(row, NOW) for column in PENDING_COLUMNS}
    assert (said["kind"].text, said["node"].text, said["owner"].text) == ("gated", "–", "–")
    assert said["reason"].reason == "the cluster has not said why yet"


def test_a_pod_that_is_not_ready_or_on_its_way_out_is_said() -> None:
    state = next(column for column in POD_COLUMNS if column.id == "state")
    assert state.cell(PodRow(a_pod("p"), None), NOW).tone is Tone.MUTED
    assert state.cell(PodRow(a_pod("p", ready=False), None), NOW).text == "running · not ready"
    assert state.cell(PodRow(a_pod("p", deleted=NOW), None), NOW).text == "terminating"
    assert state.cell(PodRow(a_pod("p", phase="Pending"), None), NOW).text == "starting"


def test_a_nominated_pod_points_at_its_node() -> None:
    row = view_pending(a_pod("p", node=None, phase="Pending", nominated=NodeName("n1")), {})
    node = next(column for column in PENDING_COLUMNS if column.id == "node")
    assert node.cell(row, NOW).text == "→ n1"
