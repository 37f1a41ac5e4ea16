"""Ended as by `kill -9` at a line of its journal, then gone on with, or aborted; judged by what the server has."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rotation.grounds import Grounds
from tests.rotation.objects import ONE_MORE, bare_pod, deployment, node, stateful_set

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

SAMPLE = ("+intent cordon", "-answer restart")
"""Lines of its journal; `-` dies before it is written, `+` after. `python -m tests.rotation` tries them all."""
OLD, NEW = ("a-0", "a-1"), ("b-0", "b-1")
WORKLOADS = ("web", "store")


@pytest.fixture(scope="module")
def stage(cluster: Grounds) -> Iterator[Grounds]:
    """A Deployment and a StatefulSet on two nodes of four."""
    furnish(cluster)
    yield cluster
    cluster.refresh()
    cluster.clear()


def furnish(cluster: Grounds) -> None:
    """Put them there."""
    cluster.apply([node(name, "a") for name in (*OLD, *NEW)])
    cluster.apply([deployment("web", 3, ONE_MORE), stateful_set("store", 2)])
    cluster.running(5)


@pytest.mark.parametrize("dies", SAMPLE)
def test_resumed_it_comes_to_its_end_with_one_restart_of_each(stage: Grounds, dies: str) -> None:
    before, id_ = killed(stage, dies)
    done = stage.rotate("resume", id_)
    assert done.returncode == 0, done.stdout + done.stderr
    assert stage.on(*OLD) == []
    assert set(stage.cordoned()) == set(OLD)
    assert stage.cordoned()["a-1"] != "nodeview"
    assert restarted(stage, before) == dict.fromkeys(WORKLOADS, 1)


@pytest.mark.parametrize("dies", SAMPLE)
def test_aborted_only_its_own_cordons_are_undone(stage: Grounds, dies: str) -> None:
    before, id_ = killed(stage, dies)
    done = stage.rotate("abort", id_)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(stage.cordoned()) == {"a-1"}
    assert stage.marks() == {}
    assert max(restarted(stage, before).values()) <= 1


@pytest.mark.parametrize("verb", ["resume", "abort"])
def test_another_machine_knows_enough_from_the_nodes(stage: Grounds, tmp_path: Path, verb: str) -> None:
    before, id_ = killed(stage, "+begin await-rollout")
    done = stage.rotate(verb, id_, NODEVIEW_STATE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    if verb == "resume":
        assert stage.on(*OLD) == []
        assert set(stage.cordoned()) == set(OLD)
        assert restarted(stage, before) == dict.fromkeys(WORKLOADS, 1)
    else:
        assert set(stage.cordoned()) == {"a-1"}
        assert stage.marks() == {}


def killed(stage: Grounds, dies: str) -> tuple[dict[str, set[str]], str]:
    """Moments of restarts before, and the id of a rotation of `OLD` that died there.

    One of the nodes was cordoned by somebody else before.
    """
    settled(stage)
    stage.plane.kubectl("cordon", "a-1")
    before, known = stage.moments(), set(stage.known())
    asked = ("--nodes", ",".join(OLD), "--evict-rest", "--accept", "R2:shop/bare", "--execute", "--yes")
    done = stage.rotate(*asked, dies=dies)
    assert done.returncode == -signal.SIGKILL, f"{dies}: {done.stdout} {done.stderr}"
    (id_,) = set(stage.known()) - known
    return before, id_


def settled(stage: Grounds) -> None:
    """All pods on the old nodes, none cordoned, and a bare pod."""
    stage.refresh()
    stage.plane.kubectl("cordon", *NEW)
    stage.plane.kubectl("-n", "shop", "delete", "pods", "--all", "--grace-period=0", "--force")
    stage.apply([bare_pod("bare", nodeName=OLD[0])])
    stage.running(6)
    stage.plane.kubectl("uncordon", *NEW)


def restarted(stage: Grounds, before: dict[str, set[str]]) -> dict[str, int]:
    """How often each workload was restarted since then."""
    after = stage.moments()
    return {name: len(after[name] - before[name]) for name in WORKLOADS}
