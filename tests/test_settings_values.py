"""How each setting is read, from a flag's text and from a TOML value."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nodeview.settings.values import READERS, Settings


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("resources", "cpu,memory", ("cpu", "memory")),
        ("resources", " cpu , nvidia.com/gpu ,", ("cpu", "nvidia.com/gpu")),
        ("resources", ["pods", "ephemeral-storage"], ("pods", "ephemeral-storage")),
        ("extra_labels", "", ()),
        ("extra_labels", "node-age,eks-node-viewer/node-age,node-age", ("node-age", "eks-node-viewer/node-age")),
        ("pool_labels", ["example.com/team"], ("example.com/team",)),
        ("prices", "cached", "cached"),
        ("price_file", "/etc/prices.toml", "/etc/prices.toml"),
        ("price_file", "", None),
        ("balloon_selector", "app=spare", "app=spare"),
        ("balloon_priority_below", "-10", -10),
        ("balloon_priority_below", 5, 5),
        ("balloon_name", "", None),
        ("style", "#04B575, #FFFF00,#f00", ("#04B575", "#FFFF00", "#f00")),
        ("style", "", None),
        ("theme", "light", "light"),
        ("ascii", True, True),
        ("ascii", "TRUE", True),
        ("mouse", "0", False),
        ("fps", "30", 30),
        ("fps", 1, 1),
        ("group_by", "", None),
        ("pending_amber", "90", 90),
        ("pending_red", 0, 0),
        ("trend_hours", "6", 6.0),
        ("trend_hours", 0.25, 0.25),
        ("churn_minutes", "30", 30),
        ("churn_moves", 0, 0),
        ("context", " prod ", "prod"),
        ("node_sort", "creation=asc", "creation=asc"),
        ("capacity_types", {"purchase": {"s": "spot"}}, {"purchase": {"s": "spot"}}),
    ],
)
def test_a_value_is_read(name: str, given: object, value: object) -> None:
    assert READERS[name](given) == value


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("resources", "", 'names no resource; the default is "cpu,memory"'),
        ("resources", ",", 'names no resource; the default is "cpu,memory"'),
        ("resources", "cpu,memory,cpu", 'names "cpu" twice'),
        ("resources", "c p u", "has 'c p u', which is not a name that Kubernetes allows"),
        ("resources", 3, "must be a list of names, or one text with commas between them"),
        ("extra_labels", ["a", 1], "must be a list of names, or one text with commas between them"),
        ("style", "#fff,#000", "must be three colours for good, ok and bad, such as #04B575,#FFFF00,#FF0000"),
        ("style", "red,green,blue", "must be three colours for good, ok and bad, such as #04B575,#FFFF00,#FF0000"),
        ("style", 7, "must be three colours for good, ok and bad, such as #04B575,#FFFF00,#FF0000"),
        ("theme", "drk", "must be one of dark, light, ansi"),
        ("theme", [], "must be one of dark, light, ansi"),
        ("prices", "on", "must be one of off, cached, live"),
        ("balloon_priority_below", "low", "must be a whole number"),
        ("balloon_priority_below", True, "must be a whole number"),
        ("fps", "0", "must be a whole number from 1 to 30"),
        ("fps", "31", "must be a whole number from 1 to 30"),
        ("fps", "ten", "must be a whole number from 1 to 30"),
        ("fps", "²", "must be a whole number from 1 to 30"),
        ("fps", True, "must be a whole number from 1 to 30"),
        ("fps", 2.5, "must be a whole number from 1 to 30"),
        ("pending_red", -1, "must be a number of seconds, 0 or more"),
        ("pending_amber", "soon", "must be a whole number"),
        ("churn_moves", "-1", "must be a whole number, 0 or more"),
        *[("trend_hours", one, "must be a number of hours from 0.25 to 48") for one in (0, "49", "nan", "long", True)],
        ("ascii", "yes", "must be true or false"),
        ("mouse", 1, "must be true or false"),
        ("context", 1, "must be a text"),
        ("capacity_types", "spot", "must be a table of labels, each with a table from its values to capacity types"),
        (
            "capacity_types",
            {"purchase": {"s": "sport"}},
            "gives \"s\" of purchase the capacity type 'sport'; "
            "known are on-demand, spot, reserved, capacity-block, fargate",
        ),
    ],
)
def test_what_it_cannot_be_ends_a_sentence(name: str, given: Any, why: str) -> None:
    with pytest.raises(ValueError) as caught:
        READERS[name](given)
    assert str(caught.value) == why


def test_the_kubeconfig_of_a_file_may_be_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert READERS["kubeconfig"]("~/.kube/prod") == "/home/anna/.kube/prod"


def test_every_setting_has_a_reader() -> None:
    assert {*READERS, "origins"} == set(Settings.__struct_fields__)


def test_the_defaults_are_those_of_eks_node_viewer_but_for_the_resources() -> None:
    assert Settings().resources == ("cpu", "memory")
    assert Settings().node_sort == "creation=dsc"
    assert Settings().extra_labels == ()


def test_the_origin_of_a_default_is_said() -> None:
    assert Settings().origin("node_sort") == "the default node-sort"


SELECTORS = [
    "",
    "a",
    "!a",
    "a=b",
    "a==b",
    "a!=b",
    "a=",
    "a=b,c!=d",
    " a = b , c ",
    "karpenter.sh/nodepool=api",
    "a in (b, c),d notin (e)",
    "a in (b),!example.com/c",
    "a>5",
    "a<5",
]


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_label_selector_is_what_kubectl_takes(selector: str) -> None:
    assert READERS["node_selector"](selector) == selector.strip()


@pytest.mark.parametrize(
    "selector", ["a=b=c", "=b", "a in b", "a in (b", "a b", "a,,b", "a=b,", "ain (b)", "a=-b", "a>b"]
)
def test_what_is_no_label_selector_is_said(selector: str) -> None:
    with pytest.raises(ValueError, match=f'is "{re.escape(selector)}", which is no label selector'):
        READERS["node_selector"](selector)


def test_a_long_selector_is_read_at_once() -> None:
    assert READERS["node_selector"](",".join(["a.b-c/d_e=f"] * 500))
    with pytest.raises(ValueError):
        READERS["node_selector"]("a" * 5000 + "=" + "b" * 5000 + "!")
