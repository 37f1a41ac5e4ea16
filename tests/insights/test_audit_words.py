"""The audit in lines: what is said is what was reckoned."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.insights import Audit, Bare, FarFromUse, Oversize, Term, audit_lines, headline
from nodeview.insights.audit_words import exactly
from nodeview.records import OwnerRef

NANO = 10**9
MILLI = NANO // 1000
MIB = 2**20 * NANO
API = OwnerRef("Deployment", "api")
MISS = Oversize(
    namespace="shop",
    owner=API,
    pool="api",
    instance_type="c6i.4xlarge",
    fits=3,
    terms=(
        Term("cpu", 15_890 * MILLI, 100 * MILLI, 2_000 * MILLI, 0),
        Term("memory", 28_160 * MIB, 400 * MIB, 7_000 * MIB, 60 * MIB),
    ),
    pods=14,
    nodes=6,
    own_pods=12,
    own_nodes=4,
    room_for_more=1,
)


def said(audit: Audit) -> list[str]:
    return [f"{' ' * one.indent}{one.text}" for one in audit_lines(audit)]


def test_the_headline_and_its_arithmetic() -> None:
    lines = said(Audit((), (MISS,), (), "", 14))
    assert lines[:6] == [
        "a hair too large",
        "  4 shop/api pods would fit a c6i.4xlarge with 60 MiB less each: today 3 do",
        "    12 pods have 4 nodes of pool api to themselves: 3 would do, 1 node in 4 would go",
        "    1 of 2 nodes of pool api that it shares with others would take one more pod, all others as they are",
        "    cpu: 15,890m allocatable - 100m daemons = 15,790m; 4 × 2,000m = 8,000m: that fits",
        "    memory: 28,160 MiB allocatable - 400 MiB daemons = 27,760 MiB; 4 × 7,000 MiB = 28,000 MiB: "
        "240 MiB too much, 60 MiB each",
    ]


def test_nodes_beyond_need_are_not_put_down_to_requests() -> None:
    lines = said(Audit((), (replace(MISS, own_nodes=6, pool=None, nodes=6),), (), "", 14))
    assert lines[2] == "    12 pods have 6 nodes to themselves: they need 4, then 3: 1 node in 4 would go"


@pytest.mark.parametrize(
    ("kind", "article"), [("c6i.4xlarge", "a"), ("m5.large", "an"), ("r7g.xlarge", "an"), ("Standard_D4s_v5", "a")]
)
def test_the_article_is_as_the_letter_is_spoken(kind: str, article: str) -> None:
    assert f"would fit {article} {kind} " in headline(replace(MISS, instance_type=kind))


def test_hostile_names_are_made_safe() -> None:
    assert "\x1b" not in headline(
        replace(MISS, namespace="\x1b[31m", owner=OwnerRef("D", "\x1b"), instance_type="\x1b")
    )


def test_containers_without_requests() -> None:
    bare = Bare("shop", API, 3, {"app": ("cpu", "memory"), "proxy": ("cpu",)})
    alone = Bare("shop", OwnerRef("Pod", "shell"), 1, {"sh": ("memory",)})
    assert said(Audit((bare, alone), (), (), "", 4))[-5:] == [
        "  shop/api · Deployment · 3 pods",
        "    app requests no cpu and no memory",
        "    proxy requests no cpu",
        "  shop/shell · Pod",
        "    sh requests no memory",
    ]


def test_use_and_what_is_not_known_of_it() -> None:
    far = FarFromUse("shop", API, "cpu", 3, 6 * NANO, NANO * 6 // 10)
    more = FarFromUse("shop", API, "memory", 3, 2048 * MIB, 4096 * MIB)
    lines = said(Audit((), (), (far, more), "", 3))
    assert "  shop/api · Deployment · 3 pods · cpu: 0.6 vCPU used, 6 vCPU requested: 10 %" in lines
    assert "  shop/api · Deployment · 3 pods · memory: 4.0 GiB used, 2.0 GiB requested: 200 %" in lines
    assert "  what pods use is not known: forbidden" in said(Audit((), (), (), "forbidden", 3))


def test_nothing_found_is_said() -> None:
    lines = said(Audit((), (), (), "", 344))
    assert "  with a little less each, no workload would have one more pod on a node" in lines
    assert "  none in 344 pods" in lines
    assert "  no workload uses less than half of what it requests, or more than it" in lines


def test_amounts_fine_enough_to_reckon_with() -> None:
    assert exactly("cpu", 7_910 * MILLI) == "7,910m"
    assert exactly("memory", 1024 * 1000 * NANO * 1024) == "1,000 MiB"
    assert exactly("memory", 31_698_698 * 1024 * NANO) == "30,955.8 MiB"
    assert exactly("nvidia.com/gpu", 2 * NANO) == "2"
