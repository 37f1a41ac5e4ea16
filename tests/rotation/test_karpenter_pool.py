"""A whole NodePool of a running Karpenter replaced: the old nodes gone, and nobody below what was foretold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control_plane import ControlPlane, need_assets
from tests.controllers import KARPENTER, need_programs, run_controllers, run_karpenter
from tests.karpenter.objects import TYPE, Json, pool
from tests.rotation.grounds import Grounds, Onlooker, audit_flags
from tests.rotation.objects import ONE_MORE, RECREATE, budget, deployment, stateful_set

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
PINNED = {"karpenter.sh/nodepool": "work"}


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """A pool of four nodes at its limit, all of them full: two cores each, and pods of nine tenths of a core."""
    need_programs(*KARPENTER)
    audit, home = tmp_path_factory.mktemp("audit"), tmp_path_factory.mktemp("home")
    with ControlPlane(need_assets(), *audit_flags(audit)) as plane:
        run_controllers(plane)
        run_karpenter(plane)
        found = Grounds(plane, home, audit / "audit.jsonl")
        found.apply([work(cores=8)])
        full: Json = {"cpu": "900m", "nodeSelector": PINNED}
        found.apply([deployment("web", 3, ONE_MORE, **full), deployment("guarded", 2, ONE_MORE, **full)])
        found.apply([deployment("single", 1, RECREATE, **full), stateful_set("store", 2, pods=full)])
        found.apply([budget("guarded", minAvailable=2)])
        found.running(8)
        yield found


def work(cores: int) -> Json:
    """The pool `work`, which may have so many cores, and whose empty nodes go at once."""
    made = pool("work", "100%")
    made["spec"]["limits"] = {"cpu": str(cores)}
    made["spec"]["disruption"]["consolidationPolicy"] = "WhenEmpty"
    return made


def test_a_pool_at_its_limit_is_refused_and_one_with_room_is_replaced(grounds: Grounds) -> None:
    old = sorted(one["metadata"]["name"] for one in grounds.items("nodes"))
    assert len(old) == 4
    for cores in (8, 14):
        grounds.apply([work(cores)])
        (blocker,) = grounds.plan("--pool", "work")["blockers"]
        assert (blocker["id"], blocker["subject"]) == ("R16", "work"), cores
    assert grounds.rotate("--pool", "work", "--execute", "--yes").returncode == 4
    grounds.apply([work(16)])
    with Onlooker(grounds) as seen:
        done = grounds.rotate("--pool", "work", "--execute", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    new = {one["metadata"]["name"]: one["metadata"]["labels"] for one in grounds.items("nodes")}
    assert not set(old) & set(new)
    assert {labels["node.kubernetes.io/instance-type"] for labels in new.values()} == {TYPE}
    grounds.running(8)
    assert grounds.restarts() == {"web": 1, "guarded": 1, "single": 1, "store": 1}
    assert seen.lowest == {"web": 3, "guarded": 2, "single": 0, "store": 1}
    for words in ("never below 3", "never below 2", "down to 0 of 1", "down to 1 of 2"):
        assert words in done.stdout
