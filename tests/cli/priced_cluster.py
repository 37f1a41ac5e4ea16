"""A cluster whose nodes have prices of every kind, and a process that can reach nothing but the loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.api_server import ApiServer
from tests.raw import raw_node

ZONE_ID = {"us-east-1a": "use1-az4", "eu-west-1a": "euw1-az1"}
BLOCKED = """\
import os, socket

def _refuse(address):
    with open(os.environ["SAID_OUTSIDE"], "a") as file:
        print(address, file=file)
    raise OSError(101, "Network is unreachable")

def _guard(name):
    original = getattr(socket.socket, name)
    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            _refuse(address)
        return original(self, address)
    setattr(socket.socket, name, guarded)

_guard("connect")
_guard("connect_ex")
_resolve = socket.getaddrinfo
def _resolved(host, *rest, **more):
    if host not in (None, "", "localhost", "127.0.0.1", "::1", b"127.0.0.1"):
        _refuse(host)
    return _resolve(host, *rest, **more)
socket.getaddrinfo = _resolved
"""
"""What Python runs first in every process that finds it: whoever reaches outside is noted, and refused."""


def a_node(
    name: str, kind: str, zone: str = "us-east-1a", capacity: str = "on-demand", **labels: str
) -> dict[str, Any]:
    """A node of Karpenter's in this zone."""
    said = {
        "node.kubernetes.io/instance-type": kind,
        "topology.kubernetes.io/region": zone[:-1],
        "topology.kubernetes.io/zone": zone,
        "topology.k8s.aws/zone-id": ZONE_ID[zone],
        "karpenter.sh/capacity-type": capacity,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    return raw_node(name, labels=said | labels, spec={"providerID": f"aws:///{zone}/i-{name}"})


def a_server() -> ApiServer:
    """Two of a type that the table has, one on spot, one elsewhere, one that nobody prices, and one with a label."""
    return ApiServer(
        nodes=[
            a_node("known-1", "m5.large"),
            a_node("known-2", "m5.large"),
            a_node("spot-1", "m5.xlarge", capacity="spot"),
            a_node("abroad-1", "m5.large", "eu-west-1a"),
            a_node("new-1", "x99.large"),
            a_node("said-1", "m5.large", **{"nodeview/instance-price": "0.5"}),
        ],
        pods=[],
    )


def loopback_only(folder: Path) -> dict[str, str]:
    """The environment in which Python reaches nothing else; `outside` in that folder says who tried."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(BLOCKED)
    return {"PYTHONPATH": str(folder / "guard"), "SAID_OUTSIDE": str(folder / "outside")}
