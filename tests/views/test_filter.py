"""What a filter understands, and how it says what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.views import NO_FILTER, Assumptions, Filter, FilterError, NodeView, node_columns, parse_filter
from tests.builders import DAY, NOW, condition, taint
from tests.views.build import NANO, labels, pods, view

GPU = {"cpu": 4 * NANO, "pods": 58 * NANO, "nvidia.com/gpu": 8 * NANO}
API = labels(pool="api", type="m7g.2xlarge", zone="eu-west-1a", region="eu-west-1", cap="spot", price="0.131")
NODES: tuple[NodeView, ...] = (
    view("ip-10-0-63-64.eu-west-1.compute.internal", pods(7, namespace="shop"), labels=API | {"team": "red, blue"}),
    view("web-1", pods(2), labels=labels(pool="web", zone="eu-west-1b", region="eu-west-1", cap="on-demand")),
    view("web-2", labels=labels(pool="web"), taints=(taint("karpenter.sh/disrupted"),), kubelet_version="v1.34.0"),
    view("lost", conditions=(condition("Ready", "Unknown", "NodeStatusUnknown"),), created=NOW - 10 * DAY),
    view("gpu", pods(1), allocatable=GPU, given=Assumptions(resources=("cpu",)), labels={"x.io/Case": "Yes"}),
)
COLUMNS = node_columns(("cpu", "memory", "example.com/fpga"), ["team"])
LABELS = frozenset[str]().union(*(node.record.labels for node in NODES))


def shown(text: str) -> list[str]:
    found = parse_filter(text, COLUMNS, LABELS)
    assert isinstance(found, Filter), found
    assert found.text == text
    kept = [node.name[:5] for node in found.shown(NODES, NOW)]
    assert kept == [node.name[:5] for node in NODES if found.matches(node, NOW)]
    return kept


EVERY = ["ip-10", "web-1", "web-2", "lost", "gpu"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", EVERY),
        ("   ", EVERY),
        ('""', EVERY),
        ("WEB", ["web-1", "web-2"]),
        ("web 1b", ["web-1"]),
        ("red", ["ip-10"]),
        ('"red, blue"', ["ip-10"]),
        ("[bold]", []),
        ("pool=api", ["ip-10"]),
        ("pool==api", ["ip-10"]),
        ("Pool=API,web", ["ip-10", "web-1", "web-2"]),
        ("pool=ap", []),
        ("pool=*e*", ["web-1", "web-2"]),
        ("pool!=web", ["ip-10", "lost", "gpu"]),
        ("pool=", ["lost", "gpu"]),
        ("pool!=", ["ip-10", "web-1", "web-2"]),
        ("nodepool=api", ["ip-10"]),
        ("name=ip-10-0-63-64", ["ip-10"]),
        ("name=ip-10-0-63-64.eu-west-1.compute.internal", ["ip-10"]),
        ("zone=1a", ["ip-10"]),
        ("zone=eu-west-1a,eu-west-1b", ["ip-10", "web-1"]),
        ("cap=od", ["web-1"]),
        ("capacity=on-demand,spot", ["ip-10", "web-1"]),
        ("phase=draining", ["web-2"]),
        ("phase=NotReady", ["lost"]),
        ("state=unknown", ["lost"]),
        ("ns=shop", ["ip-10"]),
        ("namespace=shop,default", ["ip-10", "web-1", "gpu"]),
        ("ns=", ["web-2", "lost"]),
        ("version=1.34", ["web-2"]),
        ("version<1.34", ["ip-10", "web-1", "lost", "gpu"]),
        ("version>1.33", ["web-2"]),
        ("version<=1.33.1", ["ip-10", "web-1", "lost", "gpu"]),
        ("cpu>80", ["ip-10"]),
        ("cpu>=88%", ["ip-10"]),
        ("cpu>88", []),
        ("cpu=25", ["web-1"]),
        ("cpu<1", ["web-2", "lost"]),
        ("memory=", ["gpu"]),
        ("nvidia.com/gpu<50", ["gpu"]),
        ("example.com/fpga>1", []),
        ("node-cpu-usage>80", ["ip-10"]),
        ("pods>2", ["ip-10"]),
        ("price>0.1", ["ip-10"]),
        ("price=$0.131", ["ip-10"]),
        ("price=", ["web-1", "web-2", "lost", "gpu"]),
        ("age>7d", ["lost"]),
        ("age<1w12h", ["ip-10", "web-1", "web-2", "gpu"]),
        ("nodeview/node-age>7d", ["lost"]),
        ("topology.kubernetes.io/zone=eu-west-1a", ["ip-10"]),
        ("topology.kubernetes.io/zone!=eu-west-1a", ["web-1", "web-2", "lost", "gpu"]),
        ("x.io/Case=yes", ["gpu"]),
        ('team="red, blue"', ["ip-10"]),
        ("team=", ["web-1", "web-2", "lost", "gpu"]),
        ("provisioner=karpenter", ["ip-10", "web-1", "web-2"]),
        ("badge=drifted", []),
        ("pool=web phase=ready", ["web-1"]),
        ("web cpu>10", ["web-1"]),
    ],
)
def test_what_is_shown(text: str, kept: list[str]) -> None:
    assert shown(text) == kept


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("foo=1", "no such column or label: foo"),
        ("pol=api", "no such column or label: pol; did you mean pool?"),
        ("x.io/case=yes", "no such column or label: x.io/case; did you mean x.io/Case?"),
        ("cpu>", "cpu> needs one percent, as in cpu>80"),
        ("cpu>a", '"a" is not a percent: write it as in cpu>80'),
        ("cpu=high", '"high" is not a percent: write it as in cpu=80'),
        ("cpu>-1", '"-1" is not a percent: write it as in cpu>80'),
        ("cpu>1e3", '"1e3" is not a percent: write it as in cpu>80'),
        ("cpu>80,90", "cpu> needs one percent, as in cpu>80"),
        ("price>cheap", '"cheap" is not a price: write it as in price>0.1'),
        ("age>7", '"7" is not a duration: write it as in age>7d'),
        ("age=7d", "age is compared with > or <, as in age>7d"),
        ("version<new", '"new" is not a version: write it as in version<1.34'),
        ("pool>3", "pool has no size: compare it with = or !="),
        ("team>3", "team has no size: compare it with = or !="),
        ("=api", "=api is unfinished: a column or label comes first, as in pool=api"),
        ("pool=api,", "pool=api, is unfinished: a value is missing beside a comma or between quotes"),
        ('pool=""', 'pool="" is unfinished: a value is missing beside a comma or between quotes'),
        ('pool="api', 'a quotation mark is missing its other half: "'),
        ("phase=drainin", "no phase is called drainin; did you mean draining?"),
        ("cap=sport", "no cap is called sport; did you mean spot?"),
        ("badge=zzz", "no badge is called zzz; it is one of drifted, expiring, expired, consolidatable, candidate,"),
        ("\x1b[1m=1", "no such column or label: ␛[1m"),
    ],
)
def test_what_is_not_understood_is_said(text: str, sentence: str) -> None:
    found = parse_filter(text, COLUMNS, LABELS)
    assert isinstance(found, FilterError)
    assert found.sentence.startswith(sentence)


def test_before_any_node_is_known_a_label_is_believed_by_its_looks() -> None:
    assert isinstance(parse_filter("example.com/team=red", COLUMNS), Filter)
    assert isinstance(parse_filter("team=red", COLUMNS), Filter)
    assert isinstance(parse_filter("rack=7", COLUMNS), FilterError)


def test_a_free_word_is_looked_for_again_when_the_view_changes() -> None:
    found = parse_filter("red", COLUMNS, LABELS)
    assert isinstance(found, Filter)
    assert found.matches(view("a", labels={"team": "red"}), NOW)
    assert not found.matches(view("a", labels={"team": "blue"}), NOW)


def test_filters_are_equal_by_their_text() -> None:
    assert parse_filter("cpu>80", COLUMNS) == parse_filter("cpu>80", COLUMNS) != parse_filter("cpu>81", COLUMNS)
    assert parse_filter("", COLUMNS) == NO_FILTER


PIECES = st.sampled_from(
    [
        "pool",
        "cpu",
        "phase",
        "age",
        "version",
        "ns",
        "x.io/Case",
        "=",
        "!=",
        ">",
        "<",
        ">=",
        ",",
        '"',
        "*",
        " ",
        "80",
        "7d",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_is_too_much(text: str) -> None:
    found = parse_filter(text, COLUMNS, LABELS)
    if isinstance(found, FilterError):
        assert found.sentence.isprintable()
    else:
        kept = found.shown(NODES, NOW)
        assert all(found.matches(node, NOW) == (node in kept) for node in NODES)
