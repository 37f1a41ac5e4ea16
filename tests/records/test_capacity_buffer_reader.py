"""CapacityBuffers: whose room they keep, and how much of it."""

from __future__ import annotations

from nodeview.records import CAPACITY_BUFFERS, CapacityBuffer, Condition, ServerVersion
from tests.records.bodies import array

SERVER = ServerVersion(1, 35, "v1.35.0")
META = {"metadata": {"name": "spare", "namespace": "shop", "uid": "u"}}


def test_one_that_is_provisioned() -> None:
    said = {
        **META,
        "spec": {"scalableRef": {"apiGroup": "apps", "kind": "Deployment", "name": "web"}, "percentage": 20},
        "status": {"replicas": 3, "conditions": [{"type": "ReadyForProvisioning", "status": "True"}]},
    }
    (one,) = CAPACITY_BUFFERS.reader(SERVER)(array([said])).records
    ready = Condition("ReadyForProvisioning", "True", "", "", None)
    assert one == CapacityBuffer("shop", "spare", "u", "Deployment/web", 3, (ready,))
    assert (one.key, one.remark) == (("shop", "spare"), "")


def test_one_of_a_template_of_which_nothing_is_said_yet() -> None:
    said = {**META, "spec": {"podTemplateRef": {"name": "small"}, "replicas": 5}}
    (one,) = CAPACITY_BUFFERS.reader(SERVER)(array([said])).records
    assert (one.of, one.replicas, one.remark) == ("PodTemplate/small", None, "")


def test_where_they_are_served() -> None:
    assert CAPACITY_BUFFERS.path("v1beta1") == "/apis/autoscaling.x-k8s.io/v1beta1/capacitybuffers"
    assert CAPACITY_BUFFERS.optional
