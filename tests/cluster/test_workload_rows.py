"""Workloads by kind and key, and who owns what a pod names as its owner."""

from __future__ import annotations

from nodeview.cluster.workload_rows import WorkloadRows
from nodeview.records import ObjectKey, OwnerRef, Workload
from tests.builders import a_node

WEB = ObjectKey("shop", "web")
OPERATOR = OwnerRef("Shop", "shop", "example.com")


def a_workload(kind: str, name: str = "web", owner: OwnerRef | None = None, uid: str = "u") -> Workload:
    return Workload("shop", name, uid, kind, owner)


def test_namesakes_of_two_kinds_are_two() -> None:
    rows = WorkloadRows()
    rows.moved(None, a_workload("Deployment"))
    rows.moved(None, a_workload("StatefulSet"))
    assert set(rows.rows) == rows.touched == {("Deployment", WEB), ("StatefulSet", WEB)}
    rows.moved(a_workload("Deployment"), None)
    assert set(rows.rows) == {("StatefulSet", WEB)}
    assert not rows.owners_touched


def test_who_owns_a_deployment_is_in_its_row_and_in_no_pods_chain() -> None:
    rows = WorkloadRows()
    rows.moved(None, a_workload("Deployment", owner=OPERATOR))
    assert not rows.owners
    assert not rows.owners_touched
    assert rows.rows["Deployment", WEB].owner == OPERATOR


def test_what_stands_between_keeps_its_owner_only_and_loses_it_when_orphaned() -> None:
    rows = WorkloadRows()
    deployment = OwnerRef("Deployment", "web", "apps")
    owned, orphan = a_workload("ReplicaSet", "web-1", deployment), a_workload("ReplicaSet", "web-1")
    rows.moved(None, owned)
    assert rows.owners == {("ReplicaSet", ObjectKey("shop", "web-1")): deployment}
    assert rows.owners_touched
    assert not rows.rows
    assert not rows.touched
    rows.moved(owned, orphan)
    assert not rows.owners
    assert not rows.moved(None, a_node())
