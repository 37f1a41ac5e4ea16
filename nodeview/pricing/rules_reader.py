"""From a decoded price file to rules: what is mistaken is said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, get_args

from nodeview.pricing.goods import Purchase
from nodeview.pricing.money import ABSURD, Adjustment, adjustment_of, nano_of
from nodeview.pricing.offer import OperatingSystem, Tenancy
from nodeview.pricing.rules import TRAITS, PriceRules, Rule

_FARGATE = {"vcpu": "vcpu", "gb": "gb", "ephemeral_gb": "ephemeral-gb"}
_TOP = ("currency", "rule", "fargate", "cluster")
_WORDS = {
    "capacity": get_args(Purchase),
    "os": get_args(OperatingSystem),
    "tenancy": get_args(Tenancy),
}
"""Traits with few words: what is none of them matches nothing."""
_CURRENCY = re.compile(r"[A-Z]{3}")


def rules_of(mapping: object) -> PriceRules:
    """Read a price file as TOML gives it; numbers best as Decimal.

    ValueError with one sentence, naming the rule by its number, where something is mistaken. Keys that nobody knows
    are no mistake: they are among the warnings.
    """
    file = _table(mapping, "the price file")
    warnings = _unknown(file, _TOP, "")
    rules = _rules(file.get("rule", []), warnings)
    fargate = _table(file.get("fargate", {}), "[fargate]")
    cluster = _table(file.get("cluster", {}), "[cluster]")
    warnings += _unknown(fargate, tuple(_FARGATE), "[fargate] ")
    warnings += _unknown(cluster, ("control_plane",), "[cluster] ")
    rates = {ours: _amount(fargate[key], f"[fargate] {key}") for key, ours in _FARGATE.items() if key in fargate}
    plane = _amount(cluster["control_plane"], "[cluster] control_plane") if "control_plane" in cluster else None
    return PriceRules(rules, rates, plane, _currency(file.get("currency")), tuple(warnings))


def _rules(listed: object, warnings: list[str]) -> tuple[Rule, ...]:
    if not isinstance(listed, list):
        raise ValueError("rule is to be written [[rule]], once for each rule")
    rules = []
    for number, one in enumerate(listed, 1):
        name = f"rule {number}"
        rule = _table(one, name)
        warnings += _unknown(rule, ("match", "price", "adjust"), f"{name}: ")
        rules.append(_rule(number, rule, name))
        warnings += _misspelt(rules[-1])
    return tuple(rules)


def _rule(number: int, rule: Mapping[str, Any], name: str) -> Rule:
    if ("price" in rule) == ("adjust" in rule):
        raise ValueError(f"{name} needs either price or adjust")
    match = {
        key: _globs(said, f"{name}: {key}") for key, said in _table(rule.get("match", {}), f"{name}: match").items()
    }
    if "price" in rule:
        return Rule(number, match, _amount(rule["price"], f"{name}: price"), None)
    return Rule(number, match, None, _change(rule["adjust"], name))


def _change(said: object, name: str) -> Adjustment:
    change = adjustment_of(said) if isinstance(said, str) else None
    if change is None:
        raise ValueError(
            f"{name}: adjust is {_shown(said)}, and must be like "
            '"-28%", "+10%", "+0.01" or "-0.05", and take away no more than all'
        )
    return change


def _globs(said: object, name: str) -> tuple[str, ...]:
    globs = said if isinstance(said, list) else [said]
    if not globs or not all(isinstance(one, str) and one for one in globs):
        raise ValueError(f"{name} is {_shown(said)}, and must be text or a list of texts")
    return tuple(globs)


def _amount(said: object, name: str) -> int:
    # A float's repr is the shortest text that means it: for what people write, the text they wrote.
    text = said if isinstance(said, str) else ""
    if isinstance(said, int | float | Decimal) and not isinstance(said, bool):
        text = format(Decimal(repr(said)) if isinstance(said, float) else said, "f")
    amount = nano_of(text)
    if amount is None or amount > ABSURD:
        raise ValueError(f"{name} is {_shown(said)}, and must be an amount an hour from 0 to 10,000")
    return amount


def _currency(said: object) -> str | None:
    if said is None or (isinstance(said, str) and _CURRENCY.fullmatch(said)):
        return said
    raise ValueError(f'currency is {_shown(said)}, and must be three capital letters, such as "USD"')


def _table(said: object, name: str) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise ValueError(f"{name} is {_shown(said)}, and must be a table")
    return said


def _unknown(table: Mapping[str, Any], known: tuple[str, ...], name: str) -> list[str]:
    return [f"{name}{key} is not known, and is ignored{_meant(key, known)}" for key in table if key not in known]


def _misspelt(rule: Rule) -> list[str]:
    """A trait's name with a slip in it is read as a label that no node bears: a discount would silently vanish."""
    plain = [key for key in rule.match if key not in TRAITS and "/" not in key]
    told = [f"rule {rule.number}: {key} is taken for a label{meant}" for key in plain if (meant := _meant(key, TRAITS))]
    for key, words in _WORDS.items():
        for glob in rule.match.get(key, ()):
            if not any(fnmatchcase(word, glob) for word in words):
                told.append(f'rule {rule.number}: no node has the {key} "{glob}": there are {", ".join(words)}')
    return told


def _meant(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # needed for mistakes only, and prices are loaded before the first paint

    near = get_close_matches(key, known, 1, 0.75)
    return f": is {near[0]} meant?" if near else ""


def _shown(said: object) -> str:
    text = f'"{said}"' if isinstance(said, str) else str(said)
    return text if len(text) <= 60 else text[:60] + "…"
