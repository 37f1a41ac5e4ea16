"""Workloads that replace their pods: kind by kind, and whatever Go has written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nodeview.records import (
    DAEMON_SETS,
    DEPLOYMENTS,
    NANO,
    ROLLOUTS,
    STATEFUL_SETS,
    Condition,
    OwnerRef,
    Requirement,
    Resource,
    Rolling,
    ServerVersion,
    Workload,
)
from tests.records.bodies import Json, array, pod

SERVER = ServerVersion(1, 35, "v1.35.0")
KINDS: dict[str, Resource[Workload]] = {
    "Deployment": DEPLOYMENTS,
    "StatefulSet": STATEFUL_SETS,
    "DaemonSet": DAEMON_SETS,
    "Rollout": ROLLOUTS,
}
VECTORS = Path(__file__).parent.parent / "actions" / "vectors" / "rollouts.jsonl"


def read(kind: str, spec: object = None, status: object = None, **metadata: object) -> Workload:
    """An object of this kind."""
    body = {"metadata": {"name": "web", "namespace": "shop", **metadata}, "spec": spec, "status": status}
    batch = KINDS[kind].reader(SERVER)(array([body]))
    assert not batch.unread
    return batch.records[0]


def rolling(kind: str, spec: object = None, status: object = None, **metadata: object) -> Rolling:
    """How an object of this kind replaces its pods."""
    one = read(kind, spec, status, **metadata).rolling
    assert one is not None
    return one


def template(**metadata: object) -> Json:
    """A template whose pod asks for half a core."""
    return {"metadata": metadata, "spec": pod(1)["spec"]}


def test_a_deployment() -> None:
    progressing = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    one = read(
        "Deployment",
        {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": template(
                labels={"b": "2", "app": "web"},
                annotations={"kubectl.kubernetes.io/restartedAt": "2025-11-21T10:00:00+01:00", "other": "x"},
            ),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "paused": True,
        },
        {
            "observedGeneration": 4, "replicas": 4, "updatedReplicas": 1, "readyReplicas": 3, "availableReplicas": 2,
            "terminatingReplicas": 1, "conditions": [progressing],
        },
        generation=5,
        uid="u",
        labels={"team": "a"},
        annotations={"kubectl.kubernetes.io/last-applied-configuration": "{}", "argocd.argoproj.io/tracking-id": "t"},
        ownerReferences=[{"apiVersion": "example.com/v1", "kind": "App", "name": "web", "controller": True}],
    )  # fmt: skip
    assert (one.key, one.uid, one.kind) == (("shop", "web"), "u", "Deployment")
    assert one.owner == OwnerRef("App", "web", "example.com")
    assert (one.labels, one.annotations) == ({"team": "a"}, {"argocd.argoproj.io/tracking-id": "t"})
    how = one.rolling
    assert how is not None
    assert how.template.requests == {"cpu": NANO // 2, "memory": 1024**3 * NANO}
    assert how == Rolling(
        generation=5,
        observed_generation=4,
        selector=(Requirement("app", "In", ("web",)),),
        template=how.template,
        replicas=3,
        strategy="RollingUpdate",
        max_surge="25%",
        max_unavailable=0,
        tuned=True,
        paused=True,
        restarted_at="2025-11-21T10:00:00+01:00",
        current=4,
        updated=1,
        ready=3,
        available=2,
        terminating=1,
        conditions=(Condition("Progressing", "False", "ProgressDeadlineExceeded"),),
        template_labels=(("app", "web"), ("b", "2")),
    )
    assert how.condition("Progressing") == how.conditions[0]
    assert how.condition("Available") is None


def test_a_stateful_set() -> None:
    spec = {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}
    status = {"currentReplicas": 1, "currentRevision": "db-1", "updateRevision": "db-2", "replicas": 3}
    one = rolling("StatefulSet", spec, status)
    assert (one.tuned, one.partition, one.strategy, one.replicas) == (True, 2, "RollingUpdate", 3)
    assert (one.current_revision, one.update_revision, one.current) == ("db-1", "db-2", 3)


def test_rolling_update_may_be_there_and_say_nothing() -> None:
    def tuned(said: object) -> bool:
        return rolling("StatefulSet", {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": said}}).tuned

    assert tuned({})
    assert not tuned(None)
    assert not rolling("StatefulSet", {"updateStrategy": {"type": "OnDelete"}}).tuned
    assert rolling("StatefulSet", {"updateStrategy": {"type": "OnDelete"}}).strategy == "OnDelete"


def test_a_daemon_set_counts_in_other_words() -> None:
    status = {
        "desiredNumberScheduled": 9, "currentNumberScheduled": 8, "updatedNumberScheduled": 7, "numberReady": 6,
        "numberAvailable": 5, "observedGeneration": 2,
    }  # fmt: skip
    steps = {"rollingUpdate": {"maxUnavailable": "10%", "maxSurge": 0}}
    one = rolling("DaemonSet", {"updateStrategy": steps}, status, generation=2)
    assert (one.replicas, one.current, one.updated, one.ready, one.available) == (9, 8, 7, 6, 5)
    assert (one.max_unavailable, one.max_surge, one.strategy, one.terminating) == ("10%", 0, "RollingUpdate", None)


def test_a_rollout_of_argo() -> None:
    spec = {
        "replicas": 4, "restartAt": "2025-11-21T10:00:00Z", "template": template(annotations={"a": "b"}),
        "strategy": {"canary": {"maxSurge": "50%", "maxUnavailable": 1, "steps": [{"setWeight": 20}]}},
    }  # fmt: skip
    status = {
        "observedGeneration": "7", "restartedAt": "2025-11-20T10:00:00Z", "stableRS": "aaa", "currentPodHash": "bbb",
        "replicas": 4, "updatedReplicas": 2, "readyReplicas": 4, "availableReplicas": 3,
    }  # fmt: skip
    one = rolling("Rollout", spec, status, generation=7)
    assert (one.strategy, one.max_surge, one.max_unavailable, one.tuned) == ("Canary", "50%", 1, False)
    assert (one.restarted_at, one.settled_at) == ("2025-11-21T10:00:00Z", "2025-11-20T10:00:00Z")
    assert (one.generation, one.observed_generation) == (7, 7)
    assert (one.current_revision, one.update_revision) == ("aaa", "bbb")
    assert (one.current, one.updated, one.ready, one.available) == (4, 2, 4, 3)


@pytest.mark.parametrize("said", ["6c9d8b7f5c", "", None, "٣", "9" * 40])
def test_a_generation_that_a_rollout_does_not_say_in_digits_was_not_observed(said: str | None) -> None:
    assert rolling("Rollout", {}, {"observedGeneration": said}).observed_generation == 0


def test_the_other_strategies_of_a_rollout() -> None:
    one = rolling("Rollout", {"strategy": {"blueGreen": {"activeService": "web"}}})
    assert (one.strategy, one.max_surge) == ("BlueGreen", None)
    assert rolling("Rollout", {"strategy": {}}).strategy == ""


def test_what_a_template_elsewhere_asks_is_unknown() -> None:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    one = rolling("Rollout", {"workloadRef": reference})
    assert (one.template.requests, one.template.unreadable) == ({}, ("cpu", "memory"))
    assert rolling("Rollout", {"template": template()}).template.unreadable == ()


def test_annotations_of_the_template_do_not_restart_a_rollout() -> None:
    said = template(annotations={"kubectl.kubernetes.io/restartedAt": "2025-11-21T10:00:00Z"})
    assert rolling("Rollout", {"template": said}).restarted_at == ""


def test_workloads_share_what_their_templates_share() -> None:
    bodies = [{"metadata": {"name": name}, "spec": {"template": template()}} for name in ("a", "b")]
    one, two = DEPLOYMENTS.reader(SERVER)(array(bodies)).records
    assert one.rolling is not None
    assert two.rolling is not None
    assert one.rolling.template is two.rolling.template


def test_a_stateful_set_claims_volumes_by_its_templates() -> None:
    def claims(said: object) -> bool:
        return rolling("StatefulSet", {"template": template(), "volumeClaimTemplates": said}).template.volumes

    assert claims([{"metadata": {"name": "data"}}])
    assert not claims([])
    assert not claims(None)


def test_who_wrote_the_template() -> None:
    def entry(manager: str | None, **fields: object) -> Json:
        return {"manager": manager, "operation": "Update", "fieldsV1": {f"f:{key}": at for key, at in fields.items()}}

    written: Json = {"f:template": {"f:metadata": {}}}
    said = [
        entry("argocd-controller", spec={"f:replicas": {}, **written}),
        entry("kube-controller-manager", status={"f:replicas": {}}),
        entry("kubectl-rollout", spec=written),
        entry("kubectl-rollout", spec=written),
        entry("labeller", metadata={"f:labels": {"f:template": {}}}),
        entry("helm", spec={"f:volumeClaimTemplates": {}}),
        entry(None, spec=written),
    ]
    one = rolling("Deployment", {}, managedFields=said)
    assert one.managers == ("argocd-controller", "kubectl-rollout")


@pytest.mark.parametrize("said", [None, [], {}, 3, [3], [{"manager": "x", "fieldsV1": {"f:spec": ["f:template"]}}]])
def test_managed_fields_that_are_none_spoil_nothing(said: object) -> None:
    assert rolling("Deployment", {}, managedFields=said).managers == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_may_be_null_or_absent(kind: str) -> None:
    nulls = {
        "replicas": None, "selector": None, "template": {"metadata": None, "spec": None}, "strategy": None,
        "updateStrategy": None, "paused": None, "restartAt": None,
    }  # fmt: skip
    status = {"observedGeneration": None, "replicas": None, "conditions": None, "terminatingReplicas": None}
    metadata = {"generation": None, "labels": None, "annotations": None, "managedFields": None}
    bare = read(kind)
    assert read(kind, nulls, status, **metadata) == bare
    one = bare.rolling
    assert one is not None
    assert (one.replicas, one.selector, one.observed_generation, one.terminating) == (None, None, 0, None)


def test_one_bad_workload_spoils_no_neighbour() -> None:
    bad: Json = {"metadata": {"name": "bad", "namespace": "shop"}, "spec": {"replicas": "many"}}
    lax: Json = {"metadata": {"name": "b"}, "spec": {"replicas": "2"}}
    batch = DEPLOYMENTS.reader(SERVER)(array([bad, lax]))
    assert [(one.name, one.rolling and one.rolling.replicas) for one in batch.records] == [("b", 2)]
    assert len(batch.unread) == 1
    assert batch.unread[0].startswith("deployments.apps shop/bad could not be read: spec.replicas")


def test_whatever_go_has_written_can_be_read() -> None:
    objects = [json.loads(line)["object"] for line in VECTORS.read_text().splitlines()]
    assert len(objects) == 600
    for kind in ("Deployment", "StatefulSet", "DaemonSet"):
        said = [one for one in objects if one["kind"] == kind]
        batch = KINDS[kind].reader(SERVER)(array(said))
        assert (len(batch.records), list(batch.unread)) == (len(said), [])
        for one, body in zip(batch.records, said, strict=True):
            assert one.rolling is not None
            assert one.rolling.generation == body["metadata"]["generation"]
            assert one.rolling.observed_generation == body["status"].get("observedGeneration", 0)


def test_where_they_are_served() -> None:
    assert {one.id: one.path(one.versions[0]) for one in KINDS.values()} == {
        "deployments.apps": "/apis/apps/v1/deployments",
        "statefulsets.apps": "/apis/apps/v1/statefulsets",
        "daemonsets.apps": "/apis/apps/v1/daemonsets",
        "rollouts.argoproj.io": "/apis/argoproj.io/v1alpha1/rollouts",
    }
    assert [one.optional for one in KINDS.values()] == [False, False, False, True]
