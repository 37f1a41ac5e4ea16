"""ReplicaSets and Jobs, and who made them."""

from __future__ import annotations

from nodeview.records import JOBS, REPLICA_SETS, OwnerRef, ServerVersion, Workload
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")


def body(**owner: object) -> Json:
    """An object with this controller."""
    references = [{"controller": True, **owner}] if owner else None
    return {"metadata": {"name": "w", "namespace": "shop", "uid": "u", "ownerReferences": references}}


def test_a_replica_set_of_a_deployment() -> None:
    said = body(apiVersion="apps/v1", kind="Deployment", name="web", uid="d")
    batch = REPLICA_SETS.reader(SERVER)(array([said, body()]))
    owner = OwnerRef("Deployment", "web", "apps", "d")
    assert batch.records == [
        Workload("shop", "w", "u", "ReplicaSet", owner),
        Workload("shop", "w", "u", "ReplicaSet", None),
    ]
    assert batch.records[0].key == ("shop", "w")


def test_a_replica_set_of_a_rollout() -> None:
    (one,) = REPLICA_SETS.reader(SERVER)(
        array([body(apiVersion="argoproj.io/v1alpha1", kind="Rollout", name="web", uid="r")])
    ).records
    assert one.owner == OwnerRef("Rollout", "web", "argoproj.io", "r")


def test_a_job_of_a_cron_job() -> None:
    (one,) = JOBS.reader(SERVER)(array([body(apiVersion="batch/v1", kind="CronJob", name="nightly", uid="c")])).records
    assert (one.kind, one.owner) == ("Job", OwnerRef("CronJob", "nightly", "batch", "c"))


def test_where_they_are_served() -> None:
    assert REPLICA_SETS.path("v1") == "/apis/apps/v1/replicasets"
    assert JOBS.path("v1") == "/apis/batch/v1/jobs"
