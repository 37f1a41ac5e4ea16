"""Recommendations of the VerticalPodAutoscaler, field by field."""

from __future__ import annotations

from nodeview.records import (
    NANO,
    VERTICAL_POD_AUTOSCALERS,
    ContainerTarget,
    OwnerRef,
    ServerVersion,
    VerticalPodAutoscaler,
)
from tests.records.bodies import Json, array

SERVER = ServerVersion(1, 35, "v1.35.0")
TARGET: Json = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def read(spec: object = None, status: object = None) -> VerticalPodAutoscaler:
    """An autoscaler with this spec and status."""
    body = {"metadata": {"name": "web-vpa", "namespace": "shop", "uid": "u"}, "spec": spec, "status": status}
    (one,) = VERTICAL_POD_AUTOSCALERS.reader(SERVER)(array([body])).records
    return one


def test_a_recommendation() -> None:
    said = {
        "containerName": "app",
        "target": {"cpu": "250m", "memory": "262144k"},
        "lowerBound": {"cpu": "25m", "memory": 1000},
        "upperBound": {"cpu": "2"},
        "uncappedTarget": {"cpu": "9"},
    }
    status = {"recommendation": {"containerRecommendations": [said, {"containerName": "proxy"}]}}
    one = read({"targetRef": TARGET, "updatePolicy": {"updateMode": "Off"}}, status)
    assert one == VerticalPodAutoscaler(
        "shop",
        "web-vpa",
        "u",
        OwnerRef("Deployment", "web", "apps"),
        "Off",
        (
            ContainerTarget(
                "app",
                {"cpu": NANO // 4, "memory": 262_144_000 * NANO},
                {"cpu": NANO // 40, "memory": 1000 * NANO},
                {"cpu": 2 * NANO},
            ),
            ContainerTarget("proxy", {}, {}, {}),
        ),
    )
    assert one.key == ("shop", "web-vpa")


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    said = {"containerName": "app", "target": {"cpu": "lots"}, "upperBound": {"memory": "1Q", "cpu": "1"}}
    (one,) = read(None, {"recommendation": {"containerRecommendations": [said]}}).containers
    assert (one.target, one.upper, one.unreadable) == ({}, {"cpu": NANO}, ("cpu", "memory"))


def test_every_field_may_be_null_or_absent() -> None:
    bare = read()
    assert bare == read({"targetRef": None, "updatePolicy": None}, {"recommendation": None})
    assert bare == read({}, {"recommendation": {"containerRecommendations": None}})
    assert (bare.of, bare.mode, bare.containers) == (None, "", ())
    assert read({"targetRef": {"kind": "Job"}}).of == OwnerRef("Job", "")


def test_one_bad_object_spoils_no_neighbour() -> None:
    bodies: list[Json] = [{"metadata": {"name": "bad"}, "status": {"recommendation": 1}}, {"metadata": {"name": "b"}}]
    batch = VERTICAL_POD_AUTOSCALERS.reader(SERVER)(array(bodies))
    assert [one.name for one in batch.records] == ["b"]
    assert "status.recommendation" in batch.unread[0]


def test_where_they_are_served() -> None:
    assert VERTICAL_POD_AUTOSCALERS.id == "verticalpodautoscalers.autoscaling.k8s.io"
    assert VERTICAL_POD_AUTOSCALERS.path("v1") == "/apis/autoscaling.k8s.io/v1/verticalpodautoscalers"
    assert VERTICAL_POD_AUTOSCALERS.optional
