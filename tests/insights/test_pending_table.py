"""Groups and their pods as rows."""

from __future__ import annotations

from nodeview.insights import PENDING_GROUP_COLUMNS, PendingRow, age_tone, pending_rows
from nodeview.records import OwnerRef
from nodeview.views import Assumptions, TableState, Tone
from tests.builders import NOW, a_node
from tests.insights.build import Cluster, starting, waiting

GROUPS = (
    Cluster()
    .listed(
        nodes=[a_node("node-0")],
        pods=[
            waiting("b"),
            waiting("a", created=NOW - 130),
            waiting("gate", None, gated=True, owner=OwnerRef("Job", "nightly"), created=NOW - 999),
            waiting("alone", owner=None, created=NOW - 1),
            starting("first", owner=OwnerRef("Job", "begun"), created=NOW - 2),
        ],
    )
    .groups()
)
GIVEN = Assumptions()


def texts(row: PendingRow) -> dict[str, str]:
    return {column.id: column.cell(row, NOW).text for column in PENDING_GROUP_COLUMNS}


def test_open_groups_are_followed_by_their_pods_whatever_the_order() -> None:
    worker = next(one for one in GROUPS if one.name == "worker-1")
    rows = pending_rows(GROUPS, {worker.key}, TableState("name"), NOW, GIVEN)
    names = [texts(row)["name"].strip() for row in rows]
    assert names == ["+ alone", "+ begun", "+ nightly", "- worker-1", "a", "b"]
    assert len({row.key for row in rows}) == len(rows)
    backwards = pending_rows(GROUPS, (), TableState("age", descending=True), NOW, GIVEN)
    assert [row.group.name for row in backwards] == ["nightly", "worker-1", "begun", "alone"]


def test_cells_of_a_group_and_of_a_pod() -> None:
    worker = next(one for one in GROUPS if one.name == "worker-1")
    group, pod, _ = pending_rows([worker], {worker.key}, TableState("name"), NOW, GIVEN)
    assert texts(group) == {
        "name": "- worker-1",
        "ns": "default",
        "pods": "2",
        "age": "2m",
        "kind": "unschedulable",
        "cpu": "8.000",
        "memory": "1024",
        "reason": "no node has 8 vCPU free",
    }
    assert (texts(pod)["pods"], texts(pod)["reason"]) == ("", "")
    begun = next(one for one in GROUPS if one.name == "begun")
    assert texts(pending_rows([begun], {begun.key}, TableState("name"), NOW, GIVEN)[1])["reason"] == "→ node-0"


def test_ages_turn_by_the_settings_and_never_for_the_gated() -> None:
    gated = next(one for one in GROUPS if one.kind == "gated")
    worker = next(one for one in GROUPS if one.name == "worker-1")
    given = Assumptions(waits_long=10, waits_too_long=20)
    tones = [age_tone(worker, age, given) for age in (9.9, 10, 19.9, 20)]
    assert tones == [Tone.PLAIN, Tone.CAUTION, Tone.CAUTION, Tone.ALARM]
    assert age_tone(gated, 999, given) is Tone.MUTED
