"""What is priced how, and why not: each kind of node that is present, as a table or as `nodeview/v1` JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from nodeview.frame import Frame
from nodeview.pricing import Goods, Offer, Price, Trial, offers_of
from nodeview.report.json_costs import money_json, price_json
from nodeview.report.json_values import instant
from nodeview.report.text_report import aligned
from nodeview.report.text_sections import Table
from nodeview.views import NANO, NodeView, bill_lines, printable

PricesOutput = Literal["table", "json"]
Json = dict[str, Any]
Failures = Mapping[Offer, str]
"""Offer → why AWS's last answer had no price of it."""

DASH = "–"
TITLES = ("TYPE", "BUY", "REGION/ZONE", "NODES", "$/H", "SOURCE", "AS OF")
BUY = {"on-demand": "od", "reserved": "rsv", "capacity-block": "block"}


class PricedKind(msgspec.Struct, frozen=True):
    """Nodes that a price list cannot tell apart and that cost the same."""

    goods: Goods
    price: Price
    nodes: int
    trials: tuple[Trial, ...]
    """What each layer said of the first of them."""


def priced_kinds(frame: Frame, failures: Failures) -> list[PricedKind]:
    """All kinds that are present: first those without a price, then by type, purchase and place."""
    view = frame.view
    kinds: dict[tuple[Goods, Price], list[NodeView]] = {}
    for node in view.nodes.values():
        if node.goods is not None:
            kinds.setdefault((node.goods, node.price), []).append(node)
    found = [
        PricedKind(goods, price, len(nodes), trials_of(frame, nodes[0], failures))
        for (goods, price), nodes in kinds.items()
    ]
    return sorted(found, key=_order)


def trials_of(frame: Frame, node: NodeView, failures: Failures) -> tuple[Trial, ...]:
    """What every layer answered for this node, with why AWS did not where it did not."""
    if node.goods is None:
        return ()
    trials = frame.view.book.explain(node.record, node.goods)
    why = "; ".join(dict.fromkeys(failures[one] for one in offers_of(node.goods) if one in failures))
    if not why:
        return trials
    return tuple(
        msgspec.structs.replace(one, said=f"{one.said}: {why}") if one.layer == "live" and one.price is None else one
        for one in trials
    )


def render_prices(frame: Frame, failures: Failures, output: PricesOutput) -> str:
    """The report as text that ends with a newline."""
    if output == "json":
        return _text(prices_json(frame, failures))
    kinds = priced_kinds(frame, failures)
    parts = ["\n".join(_head(frame)), aligned(_table(kinds))]
    parts += [_tried(kind) for kind in kinds if kind.price.hourly is None]
    return "\n\n".join(parts) + "\n"


def prices_json(frame: Frame, failures: Failures) -> Json:
    """The report as JSON, by the schema `prices`."""
    return _document(frame, priced_kinds(frame, failures))


def _text(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _document(frame: Frame, kinds: list[PricedKind], node: str | None = None) -> Json:
    view, said = frame.view, frame.prices
    return {
        "apiVersion": "nodeview/v1",
        "kind": "Prices",
        "context": frame.identity.context,
        "at": instant(frame.at),
        "complete": frame.complete,
        "node": node,
        "table": {"as_of": view.book.table.as_of or None, "source": view.book.table.source or None},
        "answered_at": said.as_of,
        "problem": said.sentence or None,
        "price_file": {"mistake": said.mistake or None, "warnings": list(said.warnings)},
        "prices": [_kind_json(kind, frame.at) for kind in kinds],
        "money": money_json(view.totals, priced=view.given.priced),
    }


def explained(frame: Frame, node: NodeView, failures: Failures, output: PricesOutput) -> str:
    """Every layer's answer for one node, as text that ends with a newline."""
    trials = trials_of(frame, node, failures)
    if output == "json":
        kind = PricedKind(node.goods, node.price, 1, trials) if node.goods is not None else None
        return _text(_document(frame, [kind] if kind is not None else [], node.record.name))
    lines = [f"{printable(node.record.name)}: {_what(node.goods)}" if node.goods is not None else node.record.name]
    price = node.price
    lines.append(
        f"{_amount(price)} an hour, {price.source}: {price.reason}" if price.source else f"unknown: {price.reason}"
    )
    lines += ["", *(f"{'→' if one.chosen else ' '} {one.layer:<9} {printable(one.said)}" for one in trials)]
    return "\n".join(lines) + "\n"


def _order(kind: PricedKind) -> tuple[Any, ...]:
    goods = kind.goods
    return (
        kind.price.hourly is not None,
        goods.instance_type or "",
        goods.purchase,
        goods.region or "",
        goods.zone or "",
    )


def _head(frame: Frame) -> list[str]:
    view, said = frame.view, frame.prices
    table = view.book.table
    lines = [" · ".join(filter(None, (printable(frame.identity.context), instant(frame.at))))]
    lines += bill_lines(view.totals.money, view.totals.nodes)
    lines += [f"built-in table of {table.as_of}"] if table.as_of else []
    lines += [f"AWS answered at {said.as_of}"] if said.as_of else []
    return [*lines, *filter(None, (said.sentence, said.mistake, *said.warnings))]


def _table(kinds: list[PricedKind]) -> Table:
    rows = tuple(_row(kind) for kind in kinds)
    return Table(TITLES, (False, False, False, True, True, False, False), rows)


def _row(kind: PricedKind) -> tuple[str, ...]:
    goods, price = kind.goods, kind.price
    traits = [goods.instance_type or ("fargate" if goods.purchase == "fargate" else DASH)]
    traits += [goods.os] if goods.os != "linux" else []
    traits += ["auto"] if goods.auto_mode else []
    traits += ["dedicated"] if goods.tenancy != "shared" else []
    amount = ("~" if price.source == "estimate" else "") + _amount(price)
    return (
        printable(" ".join(traits)),
        BUY.get(goods.purchase, goods.purchase),
        printable(goods.zone or goods.region or DASH),
        f"{kind.nodes:,}",
        amount,
        price.source or DASH,
        (price.as_of or DASH)[:10],
    )


def _amount(price: Price) -> str:
    if price.hourly is None:
        return DASH
    text = f"{price.hourly / NANO:.4f}"
    return text if price.currency == "USD" else f"{text} {price.currency}"


def _what(goods: Goods) -> str:
    words = (goods.instance_type or "no type", goods.os, goods.purchase, goods.zone or goods.region or "no region")
    return printable(" ".join(words))


def _tried(kind: PricedKind) -> str:
    count = f"{kind.nodes:,} node{'' if kind.nodes == 1 else 's'}"
    lines = [f"{_what(kind.goods)} ({count}): {printable(kind.price.reason)}"]
    return "\n".join([*lines, *(f"  {one.layer:<9} {printable(one.said)}" for one in kind.trials)])


def _kind_json(kind: PricedKind, now: float) -> Json:
    goods = kind.goods
    return {
        "region": goods.region,
        "zone": goods.zone,
        "zone_id": goods.zone_id,
        "instance_type": goods.instance_type,
        "os": goods.os,
        "tenancy": goods.tenancy,
        "capacity_type": goods.purchase,
        "auto_mode": goods.auto_mode,
        "nodes": kind.nodes,
        "price": price_json(kind.price),
        "age_s": age_of(kind.price.as_of, now),
        "tried": [_trial_json(one) for one in kind.trials],
    }


def age_of(as_of: str | None, now: float) -> float | None:
    """Seconds since this moment; None where it is a day or a year only, or none."""
    if as_of is None or "T" not in as_of:
        return None
    from datetime import datetime

    try:
        return max(0.0, round(now - datetime.fromisoformat(as_of).timestamp(), 3))
    except ValueError:
        return None


def _trial_json(trial: Trial) -> Json:
    return {
        "layer": trial.layer,
        "said": trial.said,
        "price": None if trial.price is None else price_json(trial.price),
        "chosen": trial.chosen,
    }
