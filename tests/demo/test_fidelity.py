"""The demo server answers as a real kube-apiserver did when it was recorded, and as it does today."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.control_plane import ControlPlane, need_assets
from tests.demo.conftest import Running
from tests.demo.conversation import ALL, converse, load, save
from tests.demo.http import sender

NAMES = [one.name for one in ALL if not one.silent]
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": "nodepools.karpenter.sh",
        "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/karpenter"},
    },
    "spec": {
        "group": "karpenter.sh",
        "scope": "Cluster",
        "names": {"kind": "NodePool", "plural": "nodepools", "singular": "nodepool", "listKind": "NodePoolList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}


@pytest.mark.slow
async def test_the_demo_server_answers_as_recorded(api: Running) -> None:
    """Every answer equals the recorded one."""
    recorded = load()
    assert sorted(recorded) == sorted(NAMES)
    async with aiohttp.ClientSession() as session:
        heard = await converse(sender(session, api.url, api.token))
    different = [name for name in NAMES if heard[name] != recorded[name]]
    assert {name: heard[name] for name in different} == {name: recorded[name] for name in different}


@pytest.mark.cluster
@pytest.mark.slow
async def test_a_real_server_still_answers_as_recorded() -> None:
    """What was recorded is what kube-apiserver says."""
    recorded = load()
    heard = await ask_a_real_one()
    different = [name for name in NAMES if heard[name] != recorded[name]]
    assert {name: heard[name] for name in different} == {name: recorded[name] for name in different}


async def ask_a_real_one() -> dict[str, Any]:
    """The conversation with a fresh etcd and kube-apiserver."""
    with ControlPlane(need_assets()) as plane:
        plane.kubectl("create", "-f", "-", stdin=json.dumps(CRD))
        plane.kubectl("wait", "--for=condition=Established", "crd/nodepools.karpenter.sh", "--timeout=20s")
        async with aiohttp.ClientSession() as session:
            return await converse(sender(session, plane.url, plane.token, plane.tls()))


if __name__ == "__main__":
    import asyncio

    save(asyncio.run(ask_a_real_one()))
