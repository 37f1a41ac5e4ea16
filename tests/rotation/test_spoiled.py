"""Every other write goes wrong between nodeview and a real API server: nothing is done twice, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.rotation.grounds import Grounds
from tests.rotation.objects import ONE_MORE, bare_pod, deployment, node, stateful_set
from tests.rotation.spoiler import Fault, Spoiler

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
OLD, NEW = ("a-0", "a-1"), ("b-0", "b-1")


@pytest.fixture(scope="module")
def stage(cluster: Grounds) -> Iterator[Grounds]:
    """Two workloads on two nodes of four."""
    cluster.apply([node(name, "a") for name in (*OLD, *NEW)])
    cluster.apply([deployment("web", 3, ONE_MORE), stateful_set("store", 2)])
    cluster.running(5)
    yield cluster
    cluster.refresh()
    cluster.clear()


@pytest.mark.parametrize("fault", ["409", "taken, then cut"])
def test_a_rotation_comes_to_the_same_end(stage: Grounds, fault: Fault) -> None:
    stage.refresh()
    stage.plane.kubectl("cordon", *NEW)
    stage.plane.kubectl("-n", "shop", "delete", "pods", "--all", "--grace-period=0", "--force")
    stage.apply([bare_pod("bare", nodeName=OLD[0])])
    stage.running(6)
    stage.plane.kubectl("uncordon", *NEW)
    before = stage.moments()
    with Spoiler(stage.plane, fault) as spoiler:
        kubeconfig = stage.home / "spoiled.json"
        config = json.loads(stage.plane.kubeconfig.read_text())
        config["clusters"] = [{"name": "real", "cluster": {"server": spoiler.url}}]
        kubeconfig.write_text(json.dumps(config))
        asked = ("--nodes", ",".join(OLD), "--evict-rest", "--accept", "R2:shop/bare", "--execute", "--yes")
        done = stage.rotate(*asked, "--kubeconfig", str(kubeconfig))
    assert done.returncode == 0, done.stdout + done.stderr
    assert spoiler.spoiled >= 2 + 2 + 1  # nodes, workloads, the bare pod
    assert stage.on(*OLD) == []
    assert stage.cordoned() == dict.fromkeys(OLD, "nodeview")
    after = stage.moments()
    assert {name: len(after[name] - before[name]) for name in ("web", "store")} == {"web": 1, "store": 1}
    assert "bare" not in {one["metadata"]["name"] for one in stage.items("pods")}
    assert len(stage.items("pods")) == 5
