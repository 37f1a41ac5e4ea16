"""The doctor on a real API server, whose RBAC nobody of us wrote; what it asks for is granted, and it asks again."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nodeview.cli.doctor import role_text
from nodeview.report.schema import schema_text
from tests.certificates import Authority
from tests.cli.running import Done, nodeview
from tests.control_plane import ControlPlane, running

pytestmark = pytest.mark.cluster
NAMESPACE = "doctor"


@pytest.fixture(scope="module")
def plane() -> ControlPlane:
    plane = running()
    code, _ = plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    assert code in (201, 409)
    return plane


def config(plane: ControlPlane, folder: Path, token: str, **cluster: Any) -> str:
    """A kubeconfig of one user with this token."""
    where = {"server": plane.url, "certificate-authority": str(plane.ca), **cluster}
    content = {
        "clusters": [{"name": "real", "cluster": where}],
        "users": [{"name": "u", "user": {"token": token}}],
        "contexts": [{"name": "real", "context": {"cluster": "real", "user": "u"}}],
        "current-context": "real",
    }
    file = folder / "config"
    file.write_text(json.dumps(content))
    return str(file)


@pytest.fixture
def account(plane: ControlPlane) -> Callable[[str, str], str]:
    """Makes a service account that a ClusterRole is bound to; gives its token."""

    def make(name: str, role: str) -> str:
        plane.kubectl("create", "serviceaccount", name, "-n", NAMESPACE)
        plane.kubectl("apply", "-f", "-", stdin=role)
        subject = f"--serviceaccount={NAMESPACE}:{name}"
        for document in role.split("---\n"):
            kind, _, metadata = document.partition("kind: ")[2].partition("\n")
            role_name, _, where = metadata.partition("name: ")[2].partition("}")[0].partition(", namespace: ")
            binding = ("rolebinding", f"{name}-{role_name}", f"--role={role_name}", f"--namespace={where}")
            if kind == "ClusterRole":
                binding = ("clusterrolebinding", f"{name}-{role_name}", f"--clusterrole={role_name}", "--output=name")
            plane.kubectl("create", *binding, subject)
        return plane.kubectl("create", "token", name, "-n", NAMESPACE, "--duration=1h").strip()

    return make


async def doctor(tmp_path: Path, file: str, *more: str) -> tuple[Done, dict[str, Any]]:
    """Its end, and its document."""
    done = await nodeview(tmp_path, "doctor", "-o", "json", "--kubeconfig", file, *more)
    assert done.err == ""
    document: dict[str, Any] = json.loads(done.out)
    jsonschema.Draft202012Validator(json.loads(schema_text("doctor"))).validate(document)
    assert document["exit_code"] == done.code
    return done, document


def states(document: dict[str, Any], purpose: str = "watching") -> dict[str, str]:
    return {one["resource"]: one["state"] for one in document["permissions"] if one["purpose"] == purpose}


async def test_an_admin_may_do_everything_that_is_installed(plane: ControlPlane, tmp_path: Path) -> None:
    done, document = await doctor(tmp_path, str(plane.kubeconfig))
    assert done.code == 0
    assert {one["state"] for one in document["permissions"]} == {"allowed", "absent"}
    assert {one["state"] for one in document["permissions"] if "karpenter" in one["resource"]} == {"absent"}
    assert states(document, "acting")["pods/eviction"] == "allowed"
    assert document["credentials"]["user"] == "admin"
    assert "system:masters" in document["credentials"]["groups"]
    assert abs(document["server"]["clock_skew_s"]) < 3
    assert document["server"]["version"].startswith("v1.")
    assert plane.token not in done.out


async def test_what_it_asks_for_is_enough_and_the_least(
    plane: ControlPlane, tmp_path: Path, account: Callable[[str, str], str]
) -> None:
    """Nodes but no pods: exit code 4. Grant the YAML that it prints, by the command that it prints: exit code 0."""
    nodes_alone = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: nodes-alone}\n"
        "rules:\n- apiGroups: ['']\n  resources: [nodes]\n  verbs: [list, watch]\n"
    )
    token = account("nodes-alone", nodes_alone)
    file = config(plane, tmp_path, token)
    done, document = await doctor(tmp_path, file)
    assert done.code == 4
    assert states(document)["nodes"] == "allowed"
    assert states(document)["pods"] == "refused"
    assert document["credentials"]["user"] == f"system:serviceaccount:{NAMESPACE}:nodes-alone"
    assert document["credentials"]["expires_at"] is not None
    assert not any("nodes" in rule["resources"] for rule in document["missing_rules"])

    table = await nodeview(tmp_path, "doctor", "--kubeconfig", file)
    assert table.code == 4
    assert token not in table.out
    role = table.out[table.out.index("apiVersion:") : table.out.index("kubectl create")]
    plane.kubectl("apply", "-f", "-", stdin=role)
    for command in table.out.splitlines():
        if command.startswith("kubectl create"):
            plane.kubectl(*command.split()[1:])
    after, document = await doctor(tmp_path, file)
    assert after.code == 0
    assert document["missing_rules"] == []
    assert set(states(document, "acting").values()) <= {"refused", "absent"}, "looking is all that was asked for"


async def test_without_watch_on_replicasets_it_is_1_and_says_what_is_lost(
    plane: ControlPlane, tmp_path: Path, account: Callable[[str, str], str]
) -> None:
    role = role_text("view").replace("nodeview-view", "no-watch")
    role = role.replace("resources: [replicasets, ", "resources: [", 1)
    role = role.replace("---\n", '- apiGroups: [apps]\n  resources: [replicasets]\n  verbs: ["list"]\n---\n', 1)
    file = config(plane, tmp_path, account("no-watch", role))
    done, document = await doctor(tmp_path, file)
    assert done.code == 1
    found = next(one for one in document["permissions"] if one["resource"] == "replicasets.apps")
    assert (found["state"], found["refused"]) == ("refused", ["watch"])
    assert 'cannot watch resource "replicasets"' in found["reason"]
    assert document["missing_rules"] == [{"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["watch"]}]
    table = await nodeview(tmp_path, "doctor", "--kubeconfig", file)
    assert "lost: which Deployment or Rollout a pod belongs to" in table.out


async def test_the_role_for_acting_is_all_that_acting_needs(
    plane: ControlPlane, tmp_path: Path, account: Callable[[str, str], str]
) -> None:
    *view, act = role_text("act").split("---\n")
    token = account("both", "---\n".join(view))
    plane.kubectl("apply", "-f", "-", stdin=act)
    plane.kubectl(
        "create", "clusterrolebinding", "both-act", "--clusterrole=nodeview-act", f"--serviceaccount={NAMESPACE}:both"
    )
    done, document = await doctor(tmp_path, config(plane, tmp_path, token))
    assert done.code == 0
    assert {one["state"] for one in document["permissions"]} == {"allowed", "absent"}


async def test_another_authority_is_3_and_points_at_it(plane: ControlPlane, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority("another authority").pem)
    file = config(plane, tmp_path, plane.token, **{"certificate-authority": str(other)})
    done, document = await doctor(tmp_path, file)
    assert done.code == 3
    server = next(one for one in document["checks"] if one["id"] == "server")
    assert "certificate is not trusted" in server["said"]
    assert "certificate-authority" in server["hint"]


async def test_a_token_that_has_expired_is_4_and_says_since_when(plane: ControlPlane, tmp_path: Path) -> None:
    claims = {"exp": time.time() - 7200, "sub": "system:serviceaccount:doctor:gone"}
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "x"}, claims)]
    token = f"{'.'.join(parts)}.c2ln"
    done, document = await doctor(tmp_path, config(plane, tmp_path, token))
    assert done.code == 4
    said = next(one["said"] for one in document["checks"] if one["id"] == "credentials")
    assert said == "token, expired 2h ago: the API server rejects them (401)"
    assert document["permissions"] == []
    assert token not in done.out


async def test_a_server_that_is_down_is_3(plane: ControlPlane, tmp_path: Path) -> None:
    file = config(plane, tmp_path, plane.token, server="https://127.0.0.1:1")
    done, document = await doctor(tmp_path, file)
    assert done.code == 3
    assert document["server"]["ending"] == "unreachable"


async def test_impersonation_of_the_kubeconfig_is_told_and_examined(plane: ControlPlane, tmp_path: Path) -> None:
    file = Path(config(plane, tmp_path, plane.token))
    content = json.loads(file.read_text())
    content["users"][0]["user"] |= {"as": "jane", "as-groups": ["team-a"]}
    file.write_text(json.dumps(content))
    done, document = await doctor(tmp_path, str(file))
    assert done.code == 4
    assert document["credentials"]["acting_as"] == "jane (team-a)"
    assert document["credentials"]["user"] == "jane"
