"""Balloons as people make them are recognised, and what only looks like one is not."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import OwnerRef, Pod
from nodeview.views.balloon import balloon_test, is_balloon_by_rule, is_pause
from tests.builders import a_pod, a_shape, amounts

PAUSE = ("registry.k8s.io/pause:3.9",)


def pod(
    priority: int = -1, images: tuple[str, ...] = PAUSE, *, priority_class: str = "low", cpu: int = 1, **more: Any
) -> Pod:
    shape = a_shape(priority=priority, images=images, priority_class=priority_class, requests=amounts(cpu, 0, 0))
    return a_pod(**({"shape": shape, "owner": OwnerRef("ReplicaSet", "x-5f9", "apps")} | more))


def test_the_known_makes_are_balloons() -> None:
    assert is_balloon_by_rule(pod(-1, priority_class="overprovisioning"))  # the chart
    assert is_balloon_by_rule(pod(-10))  # the Cluster Autoscaler's FAQ
    assert is_balloon_by_rule(pod(-1000, ("registry.k8s.io/pause:3.6",)))  # the documentation
    assert is_balloon_by_rule(pod(-5, ("602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/pause:3.10",)))


def test_one_whose_priority_class_was_deleted_remains_one_and_one_without_a_priority_is_none() -> None:
    assert is_balloon_by_rule(pod(-5, priority_class="deleted"))
    assert not is_balloon_by_rule(pod(0, priority_class="overprovisioning"))


@pytest.mark.parametrize("name", ["overprovisioning", "over-provisioner", "Balloon", "placeholder", "headroom",
                                  "capacity-reservation", "node-buffer"])  # fmt: skip
def test_a_low_priority_and_a_telling_name_are_enough(name: str) -> None:
    sleep = ("busybox:1.36",)
    assert is_balloon_by_rule(pod(-1, sleep, priority_class=name))
    assert is_balloon_by_rule(pod(-1, sleep, owner=OwnerRef("ReplicaSet", f"{name}-5f9", "apps")))
    assert is_balloon_by_rule(pod(-1, sleep, labels=(("app.kubernetes.io/name", name),)))
    assert is_balloon_by_rule(pod(-1, sleep, owner=None, name=name))
    assert not is_balloon_by_rule(pod(-1, sleep, labels=(("other", name),)))
    assert not is_balloon_by_rule(pod(0, sleep, priority_class=name))


def test_neither_the_image_nor_the_priority_is_enough() -> None:
    assert not is_balloon_by_rule(pod(0))
    assert not is_balloon_by_rule(pod(-1, ("batch:1",)))
    assert not is_balloon_by_rule(pod(-1, (*PAUSE, "app:1")))
    assert not is_balloon_by_rule(pod(-1, ()))


def test_daemons_and_what_requests_nothing_never_are() -> None:
    assert not is_balloon_by_rule(pod(owner=OwnerRef("DaemonSet", "overprovisioning", "apps")))
    assert not is_balloon_by_rule(pod(cpu=0))
    mine = balloon_test("app=b")
    assert not mine(pod(owner=OwnerRef("DaemonSet", "b", "apps"), labels=(("app", "b"),)))


def test_a_selector_of_ones_own_needs_no_priority() -> None:
    mine = balloon_test("role in (spare,reserve)")
    assert mine(pod(1000, ("app:1",), labels=(("role", "spare"),)))
    assert not mine(pod(1000, labels=(("role", "work"),)))
    assert mine(pod(-1))


def test_the_priority_and_the_pattern_can_be_ones_own() -> None:
    assert balloon_test(priority_below=100)(pod(99))
    assert not balloon_test(priority_below=-5)(pod(-5))
    assert balloon_test(name_pattern="^spare")(pod(-1, ("app:1",), priority_class="spare-room"))
    assert not balloon_test(name_pattern="^spare")(pod(-1, ("app:1",), priority_class="overprovisioning"))


def test_what_is_no_selector_or_pattern_is_said() -> None:
    with pytest.raises(ValueError, match='has "a b", which is no requirement'):
        balloon_test("a b")
    with pytest.raises(ValueError, match="which is no regular expression"):
        balloon_test(name_pattern="(")


@pytest.mark.parametrize(
    ("image", "pause"),
    [
        ("pause", True),
        ("k8s.gcr.io/pause-amd64:3.1", True),
        ("registry:5000/eks/pause@sha256:00ff", True),
        ("registry:5000/x/pause-container:1", True),
        ("registry.k8s.io/pause:3.9@sha256:00ff", True),
        ("pauses:1", False),
        ("acme/unpause:1", False),
        ("pause/app:1", False),
        ("localhost:5000/pause-the-game", False),
    ],
)
def test_pause_images_by_their_last_word(image: str, pause: bool) -> None:
    assert is_pause(image) is pause
