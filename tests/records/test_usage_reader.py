"""What the metrics API says, in nano-units; what cannot be read is not known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nodeview.records import NODE_USAGE, POD_USAGE, Measured, ServerVersion, Usage
from nodeview.records.usage_reader import nano_of
from tests.builders import NOW

SERVER = ServerVersion(1, 34, "v1.34.2")
AT = "2027-01-15T08:00:00Z"
MEBI = 1024**2 * 10**9


def pod(*containers: Any, **fields: Any) -> dict[str, Any]:
    said = {"name": "cart-1", "namespace": "shop", "labels": {"app": "cart"}}
    return {"metadata": said, "timestamp": AT, "window": "15s", "containers": list(containers), **fields}


def using(cpu: Any, memory: Any) -> dict[str, Any]:
    return {"name": "one", "usage": {"cpu": cpu, "memory": memory}}


def read(*items: dict[str, Any]) -> list[Measured]:
    return list(POD_USAGE.reader(SERVER)(json.dumps(items).encode()).records)


def test_a_pod_uses_what_its_containers_do() -> None:
    (one,) = read(pod(using("12500000n", "2048Ki"), using("3m", "1Mi")))
    assert one == Measured("shop", "cart-1", NOW, Usage(15_500_000, 3 * MEBI))


@pytest.mark.parametrize(
    "containers", [[using("1n", "1Ki"), {"name": "two"}], [using("1n", "1Ki"), using("much", None)], [], None]
)
def test_a_sum_with_an_unknown_part_is_unknown(containers: Any) -> None:
    (one,) = read(pod(containers=containers))
    assert one.usage == Usage(None, None)


def test_a_node_and_where_it_is_asked_for() -> None:
    body = [{"metadata": {"name": "n1"}, "usage": {"cpu": "0", "memory": "4Gi"}}]
    (one,) = NODE_USAGE.reader(SERVER)(json.dumps(body).encode()).records
    assert one == Measured("", "n1", None, Usage(0, 4096 * MEBI))
    assert NODE_USAGE.path("v1beta1") == "/apis/metrics.k8s.io/v1beta1/nodes"
    assert one.usage.of("pods") is None


def test_one_that_cannot_be_read_spoils_no_other() -> None:
    batch = POD_USAGE.reader(SERVER)(json.dumps([pod(using("1n", "1Ki")), pod(containers=7)]).encode())
    assert len(batch.records) == 1
    assert "shop/cart-1" in batch.unread[0]


@pytest.mark.parametrize(
    ("text", "nano"),
    [
        ("1n", 1),
        ("2Ki", 2048 * 10**9),
        ("250m", 250_000_000),
        ("1u", 1000),
        ("1.5Gi", 1536 * MEBI),
        ("-3n", None),
        ("\u0663n", None),
        ("", None),
        (None, None),
        ("a lot", None),
    ],
)
def test_quantities(text: str | None, nano: int | None) -> None:
    assert nano_of(text) == nano
