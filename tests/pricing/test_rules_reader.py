"""The price file, once decoded: what it says, and what is said of its mistakes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest

from nodeview.pricing import NO_RULES, rules_of
from tests.pricing.priced import nano

FILE = """
currency = "USD"
[[rule]]
match = { "node.kubernetes.io/instance-type" = "rack-a-*" }
price = 0.42
[[rule]]
match = { capacity = "on-demand", family = ["m7g", "c7g"] }
adjust = "-28%"
[fargate]
vcpu = 0.04048
gb = 0.004445
ephemeral_gb = 0.000111
[cluster]
control_plane = 0.10
"""


@pytest.mark.parametrize("number", [Decimal, float])
def test_a_whole_file(number: Any) -> None:
    rules = rules_of(tomllib.loads(FILE, parse_float=number))
    rack, graviton = rules.rules
    assert (rack.number, rack.price, rack.adjust) == (1, nano("0.42"), None)
    assert rack.match == {"node.kubernetes.io/instance-type": ("rack-a-*",)}
    assert graviton.match == {"capacity": ("on-demand",), "family": ("m7g", "c7g")}
    assert graviton.adjust is not None
    assert graviton.adjust.of(nano("1")) == nano("0.72")
    assert rules.fargate == {"vcpu": nano("0.04048"), "gb": nano("0.004445"), "ephemeral-gb": nano("0.000111")}
    assert (rules.control_plane, rules.currency, rules.warnings) == (nano("0.1"), "USD", ())


def test_an_empty_file_has_no_rules() -> None:
    assert rules_of({}) == NO_RULES


@pytest.mark.parametrize(
    ("said", "hourly"),
    [(0, "0"), (2, "2"), (0.1, "0.1"), (1e-7, "0.0000001"), (Decimal("1E-3"), "0.001"), ("0.42", "0.42")],
)
def test_a_price_is_a_number_or_its_text(said: object, hourly: str) -> None:
    assert rules_of({"rule": [{"price": said}]}).rules[0].price == nano(hourly)


@pytest.mark.parametrize("said", [-1, float("nan"), float("inf"), Decimal("NaN"), 10_001, 1e9, True, "$0.10", "", None])
def test_what_is_no_price_is_a_mistake(said: object) -> None:
    with pytest.raises(ValueError, match=r"^rule 2: price is .*, and must be an amount an hour from 0 to 10,000$"):
        rules_of({"rule": [{"price": 1}, {"price": said}]})


@pytest.mark.parametrize("said", ["28%", "-28", "half", "", -0.28, "-101%", None])
def test_what_is_no_adjustment_is_a_mistake(said: object) -> None:
    if said == "-28":
        assert rules_of({"rule": [{"adjust": said}]}).rules[0].adjust is not None
        return
    with pytest.raises(ValueError, match=r"^rule 1: adjust is "):
        rules_of({"rule": [{"adjust": said}]})


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ([], "the price file is [], and must be a table"),
        ({"rule": {"price": 1}}, "rule is to be written [[rule]], once for each rule"),
        ({"rule": ["a"]}, 'rule 1 is "a", and must be a table'),
        ({"rule": [{}]}, "rule 1 needs either price or adjust"),
        ({"rule": [{"price": 1}, {"price": 1, "adjust": "-1%"}]}, "rule 2 needs either price or adjust"),
        ({"rule": [{"match": "m5", "price": 1}]}, 'rule 1: match is "m5", and must be a table'),
        ({"rule": [{"match": {"family": 5}, "price": 1}]}, "rule 1: family is 5, and must be text or a list of texts"),
        (
            {"rule": [{"match": {"family": []}, "price": 1}]},
            "rule 1: family is [], and must be text or a list of texts",
        ),
        ({"rule": [{"match": {"os": ""}, "price": 1}]}, 'rule 1: os is "", and must be text or a list of texts'),
        ({"fargate": 1}, "[fargate] is 1, and must be a table"),
        ({"fargate": {"gb": "x"}}, '[fargate] gb is "x", and must be an amount an hour from 0 to 10,000'),
        (
            {"cluster": {"control_plane": -1}},
            "[cluster] control_plane is -1, and must be an amount an hour from 0 to 10,000",
        ),
        ({"currency": "$"}, 'currency is "$", and must be three capital letters, such as "USD"'),
        ({"currency": 1}, 'currency is 1, and must be three capital letters, such as "USD"'),
    ],
)
def test_each_mistake_is_one_sentence(file: object, sentence: str) -> None:
    with pytest.raises(ValueError) as mistake:
        rules_of(file)
    assert str(mistake.value) == sentence


def test_a_long_mistake_is_shown_in_part() -> None:
    with pytest.raises(ValueError) as mistake:
        rules_of({"rule": [{"price": "9" * 10_000}]})
    assert len(str(mistake.value)) < 150


def test_unknown_keys_are_warnings() -> None:
    file = {
        "rules": [],
        "rule": [{"price": 1, "comment": "x"}],
        "fargate": {"memory": 1},
        "cluster": {"nodes": 1},
    }
    assert rules_of(file).warnings == (
        "rules is not known, and is ignored: is rule meant?",
        "rule 1: comment is not known, and is ignored",
        "[fargate] memory is not known, and is ignored",
        "[cluster] nodes is not known, and is ignored",
    )


def test_a_trait_with_a_slip_in_it_is_pointed_out() -> None:
    match = {"capcity": "spot", "team": "a", "example.com/family": "x"}
    assert rules_of({"rule": [{"match": match, "price": 1}]}).warnings == (
        "rule 1: capcity is taken for a label: is capacity meant?",
    )


def test_a_word_that_no_node_bears_is_pointed_out() -> None:
    match = {"capacity": ["ondemand", "sp*"], "os": "linux"}
    assert rules_of({"rule": [{"match": match, "price": 1}]}).warnings == (
        'rule 1: no node has the capacity "ondemand": there are on-demand, spot, reserved, capacity-block, fargate',
    )
