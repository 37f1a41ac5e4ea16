"""nodeview against a real API server, judged by the oracle on what kubectl prints of the same cluster."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from nodeview.frame import Frame
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.records import NodeName
from nodeview.views import Assumptions
from nodeview.wire.connection import connect
from tests import oracle
from tests.real.conftest import MERGE, OF_PODS, STRATEGIC, Awkward
from tests.real.objects import NODES, PODS, SHAPES, node, resized

pytestmark = pytest.mark.cluster
RESOURCES = ("cpu", "memory")


def kubectl(real: Awkward, what: str) -> list[Any]:
    """All of a resource, as kubectl prints it."""
    found: list[Any] = json.loads(real.plane.kubectl("get", what, "-A", "-o", "json"))["items"]
    return found


def test_a_report_agrees_with_the_oracle_on_what_kubectl_prints(real: Awkward) -> None:
    done = real.nodeview("report", "-o", "json", "--kubeconfig", str(real.plane.kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    nodes, pods = kubectl(real, "nodes"), kubectl(real, "pods")
    assert len(nodes) >= NODES
    assert len(pods) >= PODS, "all shapes are there"
    assert report["complete"] is True
    said = {one["name"]: one for one in report["nodes"]}
    expected = oracle.by_node(nodes, pods)
    assert set(said) == set(expected)
    for name, (count, sums) in expected.items():
        assert said[name]["pods"] == count, name
        for resource in RESOURCES:
            ours = said[name]["requested"][resource]
            assert oracle.same(ours, sums.get(resource, oracle.amount(0))), (name, resource, ours, sums)
    totals, states = report["totals"], oracle.states(nodes, pods)
    assert {state: totals["pods"][state] for state in states} == states
    assert all(states.values()), "every state is tried"
    assert totals["pods"]["total"] == sum(states.values())
    for resource in RESOURCES:
        asked = sum((sums.get(resource, oracle.amount(0)) for _, sums in expected.values()), oracle.amount(0))
        assert oracle.same(totals["requested"][resource], asked)
        assert oracle.same(totals["allocatable"][resource], oracle.allocatable(nodes, resource))


def test_a_report_tells_owners_the_schedulers_words_and_nodes_without_a_provider_id(real: Awkward) -> None:
    report = json.loads(real.nodeview("report", "-o", "json", "--kubeconfig", str(real.plane.kubeconfig)).stdout)
    waiting = {one["name"]: one for one in report["pending"]}
    stuck = [name for name in waiting if name.startswith("waiting-")]
    assert len(stuck) == len([number for number in range(PODS) if SHAPES[number % len(SHAPES)][0] == "waiting"])
    assert {waiting[name]["kind"] for name in stuck} == {"unschedulable"}
    assert {waiting[name]["reason"] for name in stuck} == {"0/12 nodes are available: 12 Insufficient cpu."}
    assert {waiting[name]["owner"] for name in stuck} == {"Deployment/web", None}
    nodes = {one["name"]: one for one in report["nodes"]}
    assert nodes["awkward-0"]["provider_id"] is None
    assert nodes["awkward-0"]["pods"] > 0
    assert nodes["awkward-7"]["ready"] is False
    assert nodes["awkward-1"]["capacity_type"] == "spot"


def test_the_table_says_the_same_sums(real: Awkward) -> None:
    done = real.nodeview("report", "--kubeconfig", str(real.plane.kubeconfig))
    assert (done.returncode, done.stderr) == (0, "")
    states = oracle.states(kubectl(real, "nodes"), kubectl(real, "pods"))
    assert f"{sum(states.values())} pods: {states['running']} running" in done.stdout
    assert f"{states['pending']} pending" in done.stdout


def differs(frame: Frame, nodes: list[Any], pods: list[Any]) -> str:
    """What in this frame is not what the API server has; empty when all agrees."""
    expected = oracle.by_node(nodes, pods)
    if {str(name) for name in frame.view.nodes} != set(expected):
        return f"nodes {set(frame.view.nodes) ^ set(expected)}"
    for name, (count, sums) in expected.items():
        view = frame.view.nodes[NodeName(name)]
        ours = (len(view.pods), *(view.requested[one] for one in RESOURCES))
        theirs = (count, *(sums.get(one, oracle.amount(0)) * 10**9 for one in RESOURCES))
        if ours != theirs:
            return f"{name}: {ours} and not {theirs}"
    counts, states = frame.view.totals.pods, oracle.states(nodes, pods)
    ours_of_states = {name: getattr(counts, name) for name in states}
    return "" if ours_of_states == states else f"{ours_of_states} and not {states}"


async def follows(informer: Informer, real: Awkward, write: Callable[[], object]) -> Frame:
    """Write something; the frames come to agree with the server within seconds. Gives the frame that does."""
    nodes, pods = await asyncio.to_thread(lambda: (write(), real.items("nodes"), real.items("pods"))[1:])
    wrong = ""
    try:
        async with asyncio.timeout(5):
            while wrong := differs(frame := await informer.next(), nodes, pods):
                pass
    except TimeoutError:
        pytest.fail(f"the frames do not follow: {wrong}")
    return frame


async def test_frames_follow_what_is_written(real: Awkward) -> None:
    informer = await open_informer(connect(str(real.plane.kubeconfig), None, {}), Assumptions(), Watched())
    try:
        await follows(informer, real, lambda: None)
        await follows(informer, real, lambda: [real.write_pod(number) for number in range(100, 116)])
        for cpu in ("3", "1250m", "1"):
            body = resized(cpu, cpu)
            await follows(informer, real, lambda: real.must("PATCH", f"{OF_PODS}/grown-9/status", body, STRATEGIC))  # noqa: B023
        await follows(informer, real, lambda: real.must("DELETE", f"{OF_PODS}/plain-0"))
        await follows(informer, real, lambda: real.drop_pod("plain-0"))
        frame = await follows(
            informer,
            real,
            lambda: real.must("PATCH", "/api/v1/nodes/awkward-2", {"spec": {"unschedulable": True}}, MERGE),
        )
        assert frame.view.nodes[NodeName("awkward-2")].record.unschedulable
        assert any(one.kind == "cordoned" and one.subject == "awkward-2" for one in frame.feed)
    finally:
        await informer.close()


async def test_a_node_that_goes_before_its_pods_and_comes_again_counts_them_at_once(real: Awkward) -> None:
    informer = await open_informer(connect(str(real.plane.kubeconfig), None, {}), Assumptions(), Watched())
    try:
        before = await follows(informer, real, lambda: None)
        held = len(before.view.nodes[NodeName("awkward-5")].pods)
        gone = await follows(informer, real, lambda: real.must("DELETE", "/api/v1/nodes/awkward-5"))
        assert gone.view.pods_elsewhere - before.view.pods_elsewhere == held > 0
        back = await follows(informer, real, lambda: real.must("POST", "/api/v1/nodes", node(5)))
        assert len(back.view.nodes[NodeName("awkward-5")].pods) == held
        assert [one.kind for one in back.feed if one.subject == "awkward-5"] == ["left", "joined"]
    finally:
        await informer.close()


# What is refused


def kubeconfig(real: Awkward, **changes: Any) -> str:
    """A copy of the kubeconfig with a token or server of its own; gives its path."""
    config = json.loads(real.plane.kubeconfig.read_text())
    if "token" in changes:
        config["users"][0]["user"]["token"] = changes["token"]
    if "server" in changes:
        config["clusters"][0]["cluster"]["server"] = changes["server"]
    path = real.home / "changed"
    path.write_text(json.dumps(config))
    return str(path)


def one_sentence(stderr: str) -> None:
    """Said in plain words, and not by a traceback."""
    assert stderr.strip()
    assert "Traceback" not in stderr
    assert stderr.count("\n") <= 2


def test_a_user_without_rights_is_told_in_the_servers_words(real: Awkward) -> None:
    done = real.nodeview("report", "--kubeconfig", str(real.plane.kubeconfig), "--context", "operator")
    assert done.returncode == 4
    assert 'nodes is forbidden: User "operator" cannot list resource "nodes"' in done.stderr
    assert done.stdout == ""
    one_sentence(done.stderr)


def test_a_user_who_may_see_nodes_only_gets_them_and_no_zero(real: Awkward) -> None:
    rules = [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "watch"]}]
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    real.create(f"{rbac}/clusterroles", {"metadata": {"name": "nodes-only"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "nodes-only"}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}]
    binding = {"metadata": {"name": "nodes-only"}, "roleRef": role, "subjects": subjects}
    real.create(f"{rbac}/clusterrolebindings", binding)
    done = real.nodeview("report", "-o", "json", "--kubeconfig", str(real.plane.kubeconfig), "--context", "viewer")
    assert done.returncode == 4
    assert 'pods is forbidden: User "viewer" cannot list resource "pods"' in done.stderr
    one_sentence(done.stderr)
    report = json.loads(done.stdout)
    assert len(report["nodes"]) >= NODES
    assert report["streams"]["pods"]["state"] == "forbidden"
    assert set(report["totals"]["pods"].values()) == {None}
    assert {one["pods"] for one in report["nodes"]} == {None}
    assert {value for one in report["nodes"] for value in one["requested"].values()} == {None}
    assert report["totals"]["allocatable"]["cpu"] > 0
    assert report["complete"] is False


def test_a_wrong_token_is_refused(real: Awkward) -> None:
    done = real.nodeview("report", "--kubeconfig", kubeconfig(real, token="wrong"))
    assert done.returncode == 4
    assert "wrong" not in done.stderr, "a token is never printed"
    assert "401" in done.stderr
    one_sentence(done.stderr)


def test_a_refused_connection(real: Awkward) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{free.getsockname()[1]}"
        done = real.nodeview("report", "--kubeconfig", kubeconfig(real, server=server))
    assert done.returncode == 3
    assert server.removeprefix("https://") in done.stderr
    one_sentence(done.stderr)


def test_a_certificate_that_nobody_vouches_for(real: Awkward) -> None:
    config = json.loads(real.plane.kubeconfig.read_text())
    del config["clusters"][0]["cluster"]["certificate-authority"]
    path = real.home / "untrusted"
    path.write_text(json.dumps(config))
    done = real.nodeview("report", "--kubeconfig", str(path))
    assert done.returncode == 3
    assert "certificate" in done.stderr.lower()
    one_sentence(done.stderr)


def test_an_unknown_context(real: Awkward) -> None:
    done = real.nodeview("report", "--kubeconfig", str(real.plane.kubeconfig), "--context", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "admin" in done.stderr, "the known ones are named"
    one_sentence(done.stderr)
