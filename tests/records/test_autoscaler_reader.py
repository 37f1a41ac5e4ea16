"""The Cluster Autoscaler's status, in the shapes of its versions."""

from __future__ import annotations

import pytest

from nodeview.records import AUTOSCALER_STATUS, AutoscalerStatus, NodeGroup, ServerVersion
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")

YAML = """\
time: 2026-11-21 08:19:44.090873082 +0000 UTC
autoscalerStatus: Running
clusterWide:
  health:
    status: Healthy
    nodeCounts:
      registered:
        total: 5
        ready: 4
        notStarted: 1
        unready:
          total: 2
          resourceUnready: 0
      longUnregistered: 5
      unregistered: 6
    lastProbeTime: "2026-11-21T08:19:44.088071148Z"
    lastTransitionTime: "2026-11-21T07:46:04.409158551Z"
  scaleUp:
    status: InProgress
    lastProbeTime: "2026-11-21T08:19:44.088071148Z"
    lastTransitionTime: "2026-11-21T08:18:33.613103712Z"
  scaleDown:
    status: CandidatesPresent
    candidates: 1
    lastProbeTime: "2026-11-21T08:19:44.088071148Z"
    lastTransitionTime: "2026-11-21T08:19:34.073648791Z"
nodeGroups:
- name: eks-general-1
  health:
    status: Healthy
    nodeCounts:
      registered:
        total: 5
        ready: 1
    cloudProviderTarget: 2
    minSize: 0
    maxSize: 3
    lastProbeTime: "2026-11-21T08:19:44.088071148Z"
    lastTransitionTime: "0001-01-01T00:00:00Z"
  scaleUp:
    status: Backoff
    backoffInfo:
      errorCode: QUOTA_EXCEEDED
      errorMessage: |
        You have requested more vCPU capacity.
        time: is money
    lastProbeTime: "2026-11-21T08:19:44.088071148Z"
  scaleDown:
    status: NoCandidates
    candidates: 0
- name: 123
  health: null
"""

PROSE = """\
Cluster-autoscaler status at 2023-11-24 04:28:19.546750398 +0000 UTC:
Cluster-wide:
  Health:      Healthy (ready=6 unready=0 (resourceUnready=0) notStarted=0 longNotStarted=0 registered=6 longUnregistered=0)
               LastProbeTime:      2023-11-24 04:28:19.546750398 +0000 UTC m=+3600.123456789
               LastTransitionTime: 2023-11-23 14:52:02.123456789 +0000 UTC m=+0.000000001
  ScaleUp:     InProgress (ready=6 registered=6)
               LastProbeTime:      2023-11-24 04:28:19.546750398 +0000 UTC m=+3600.123456789
               LastTransitionTime: 2023-11-23 14:52:02.123456789 +0000 UTC m=+0.000000001
  ScaleDown:   CandidatesPresent (candidates=1)
               LastProbeTime:      2023-11-24 04:28:19.546750398 +0000 UTC m=+3600.123456789

NodeGroups:
  Name:        eks-workers-2c1f9d3b
  Health:      Healthy (ready=3 unready=1 (resourceUnready=0) notStarted=0 registered=4 longUnregistered=0 cloudProviderTarget=5 (minSize=1, maxSize=10))
               LastProbeTime:      2023-11-24 04:28:19.546750398 +0000 UTC m=+3600.123456789
  ScaleUp:     Backoff (ready=3 cloudProviderTarget=5)
  ScaleDown:   NoCandidates (candidates=0)

  Name:        MachineSet/openshift-machine-api/zone1
  Health:      Unhealthy (ready=0 unready=2 cloudProviderTarget=2 (minSize=2, maxSize=2))
"""  # noqa: E501


def read(text: object, **body: object) -> AutoscalerStatus:
    """The status with this text."""
    metadata = {"name": "cluster-autoscaler-status", "namespace": "kube-system", "uid": "u"}
    said: Json = {"metadata": metadata, "data": {"status": text}, **body}
    batch = AUTOSCALER_STATUS.reader(SERVER)(array([said]))
    assert not batch.unread
    return batch.records[0]


def test_yaml() -> None:
    one = read(YAML)
    assert one == AutoscalerStatus(
        namespace="kube-system",
        name="cluster-autoscaler-status",
        uid="u",
        running=True,
        health="Healthy",
        scale_up="InProgress",
        scale_down="CandidatesPresent",
        groups=(
            NodeGroup(
                name="eks-general-1",
                health="Healthy",
                ready=1,
                target=2,
                min_size=0,
                max_size=3,
                scale_up="Backoff",
                backoff="QUOTA_EXCEEDED: You have requested more vCPU capacity.\ntime: is money",
                scale_down="NoCandidates",
                candidates=0,
            ),
            NodeGroup("123"),
        ),
    )
    assert one.key == ("kube-system", "cluster-autoscaler-status")


def test_prose() -> None:
    one = read(PROSE)
    assert (one.running, one.health, one.scale_up, one.scale_down) == (
        True,
        "Healthy",
        "InProgress",
        "CandidatesPresent",
    )
    assert one.groups == (
        NodeGroup(
            name="eks-workers-2c1f9d3b",
            health="Healthy",
            ready=3,
            target=5,
            min_size=1,
            max_size=10,
            scale_up="Backoff",
            scale_down="NoCandidates",
            candidates=0,
        ),
        NodeGroup("MachineSet/openshift-machine-api/zone1", "Unhealthy", 0, 2, 2, 2),
    )
    assert one.unreadable == ""


@pytest.mark.parametrize("text", [YAML, PROSE])
def test_another_round_changes_nothing(text: str) -> None:
    later = text.replace("08:19:44", "08:19:54").replace("04:28:19", "04:28:29")
    assert later != text
    assert read(later) == read(text)


@pytest.mark.parametrize(
    "text",
    ["Initializing\n", "Cluster-autoscaler status at 2023-11-24:\nInitializing\n", "autoscalerStatus: Initializing\n"],
)
def test_while_it_starts(text: str) -> None:
    one = read(text)
    assert (one.running, one.groups, one.unreadable) == (False, (), "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "it holds no status"),
        ("", "it holds no status"),
        ("hello", "Expected `object`"),
        ("colour: blue", "it says nothing of the Cluster Autoscaler"),
        ("autoscalerStatus: [1]", "autoscalerStatus"),
        ("autoscalerStatus: Running\nnodeGroups: {a: 1}", "nodeGroups"),
        ("clusterWide: {health: {status: 'torn", "quoted scalar"),
        ("when: 2026-13-45\nautoscalerStatus: Running", "month"),
        ("[" * 5000, ""),
        ("Cluster-wide:\n", "it says nothing of the cluster"),
    ],
)
def test_what_cannot_be_read_says_why(text: str | None, why: str) -> None:
    one = read(text)
    assert why in one.unreadable
    assert one.unreadable
    assert "\n" not in one.unreadable
    assert (one.running, one.health, one.groups) == (False, "", ())


def test_a_config_map_without_data() -> None:
    assert read(None, data=None).unreadable == read(None, data={}).unreadable == "it holds no status"


def test_where_it_is_served() -> None:
    assert AUTOSCALER_STATUS.id == "configmaps"
    assert AUTOSCALER_STATUS.path("v1") == "/api/v1/namespaces/kube-system/configmaps"
    assert AUTOSCALER_STATUS.field_selector == "metadata.name=cluster-autoscaler-status"
