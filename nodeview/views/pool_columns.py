"""The columns of the table of pools."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.scheduling import LimitLeft
from nodeview.views.bill import bound_mark
from nodeview.views.cell import Cell, Tone, dash
from nodeview.views.columns import BAR_WIDTH, PERCENT_WIDTH, Column
from nodeview.views.node_cells import PRICE_WIDTH, capacity_of_tally, price_of_tally, state_of_tally
from nodeview.views.pool_words import is_uneven, kubelet_words, may_go_words, ready_words, step_words, version_words
from nodeview.views.pools import PoolRow
from nodeview.views.text import money, natural, percent, printable
from nodeview.views.usage import bar_of_tally, pods_of_tally

NO_POOL = "(no pool)"
"""No name in Kubernetes has brackets."""
_NO_NODES = dash("it has no nodes")
_NO_LIMITS = dash("nothing limits it")
_NO_ARRIVALS = dash("it is not known of any of its nodes how long it took to be ready")
_NO_BUDGETS = dash("no NodePool says when its nodes may go")


def columns_of_pools(resources: Sequence[str], *, priced: bool) -> tuple[Column[PoolRow], ...]:
    """The columns for these resources."""
    bars = [_bar(resource) for resource in dict.fromkeys(resources) if resource]
    sums = [_HOURLY, _MONTHLY] if priced else []
    return (
        _NAME,
        _BY,
        _NODES,
        *bars,
        _PODS,
        *sums,
        _CAPACITY,
        _LIMIT,
        _MAY_GO,
        _READY,
        _VERSION,
        _BEHIND,
        _TYPES,
        _STATE,
    )


def _name(row: PoolRow, now: float) -> Cell:
    pool, record = row.pool, row.pool.record
    if pool.name is None:
        return Cell(NO_POOL, Tone.MUTED, reason="no label names the pool of these nodes")
    if record is not None and (record.deleted is not None or record.ready is False):
        why = "it is being deleted" if record.deleted is not None else "it is not Ready"
        return Cell(printable(pool.name), Tone.CAUTION, reason=why)
    return Cell(printable(pool.name))


def _state(row: PoolRow, now: float) -> Cell:
    record = row.pool.record
    said = [] if record is None else [one.type for one in record.conditions if one.status == "False"]
    if "Ready" in said:
        return Cell("pool not Ready", Tone.ALARM)
    if record is not None and record.deleted is not None:
        return Cell("pool deleting", Tone.CAUTION)
    if "NodeRegistrationHealthy" in said:
        return Cell("registration fails", Tone.CAUTION)
    if not row.pool.tally.nodes:
        return Cell("no nodes", Tone.MUTED)
    return state_of_tally(row.pool.tally)


def _bar(resource: str) -> Column[PoolRow]:
    title = resource.rsplit("/", 1)[-1].upper()
    identity, title = ("pods-share", "PODS %") if resource == "pods" else (resource, title)
    return Column(
        identity,
        title,
        lambda row, now: bar_of_tally(row.pool.tally, resource) if row.pool.tally.nodes else _NO_NODES,
        lambda row, now: row.pool.tally.share(resource),
        BAR_WIDTH,
        narrow_width=PERCENT_WIDTH,
        resource=resource,
    )


def _monthly(row: PoolRow, now: float) -> Cell:
    cell = price_of_tally(row.pool.tally)
    if not row.pool.tally.nodes or len(row.pool.tally.money) != 1 or cell.text == "–":
        return _NO_NODES if not row.pool.tally.nodes else cell
    one = row.pool.tally.money[0]
    return Cell(f"{bound_mark(one).strip()}{money(one.monthly)}", reason=cell.reason)


def _hourly_key(row: PoolRow, now: float) -> int | None:
    tally = row.pool.tally
    return max([one.hourly for one in tally.money if one.unpriced_nodes < tally.nodes], default=None)


def _fullest(row: PoolRow) -> tuple[float, LimitLeft] | None:
    """The limit of which most is used, and how much of it."""
    step = row.details.step
    limits = step.limits if step is not None else ()
    said = [(_share_of(one, one.used), one) for one in limits if one.used is not None]
    return max(said, key=lambda pair: pair[0], default=None)


def _share_of(limit: LimitLeft, used: int) -> float:
    """A limit of nothing is used up, or keeps out machines of which the pool has none."""
    return used / limit.limit if limit.limit else float(limit.spent)


def _limit(row: PoolRow, now: float) -> Cell:
    step = row.details.step
    if step is None or not step.limits:
        return _NO_LIMITS
    fullest = _fullest(row)
    if fullest is None:
        return dash("it is not said how much of its limits is used")
    share, one = fullest
    mark = " full" if step.closed else ""
    tone = Tone.CAUTION if step.closed else Tone.PLAIN
    return Cell(f"{percent(share)}{mark}", tone, reason=f"{printable(one.resource)}; {step_words(step)}")


def _may_go(row: PoolRow, now: float) -> Cell:
    said = row.details.budgets
    if said is None:
        return _NO_BUDGETS
    counts = ["all" if one.remaining is None else str(one.remaining) for one in said.allowances]
    closed = any(one.closed for one in said.allowances) and bool(said.nodes)
    text = "/".join(counts) if len(set(counts)) > 1 else counts[0]
    return Cell(text, Tone.CAUTION if closed else Tone.PLAIN, reason=may_go_words(said, now))


def _least(row: PoolRow, now: float) -> int | None:
    said = row.details.budgets
    if said is None:
        return None
    return min([said.nodes if one.remaining is None else one.remaining for one in said.allowances], default=None)


def _version(row: PoolRow, now: float) -> Cell:
    if not row.pool.versions:
        return _NO_NODES
    tone = Tone.CAUTION if is_uneven(row.pool, row.details) else Tone.MUTED
    return Cell(version_words(row.pool), tone, reason=kubelet_words(row.pool, row.details))


def _behind(row: PoolRow, now: float) -> Cell:
    count = row.details.behind
    if count is None:
        return dash("the control plane's version is not known")
    return Cell(f"{count:,}", Tone.CAUTION if count else Tone.MUTED, reason="kubelets behind the control plane")


def _ready(row: PoolRow, now: float) -> Cell:
    ready = row.details.coming.ready
    if ready is None:
        return _NO_ARRIVALS
    return Cell(f"{ready.median_s:.0f}/{ready.worst_s:.0f} s", reason=f"claimed to ready: {ready_words(ready)}")


def _types(row: PoolRow, now: float) -> Cell:
    types = [printable(word or "unknown") for word in row.details.instance_types]
    if not types:
        return _NO_NODES
    more = f" +{len(types) - 1}" if len(types) > 1 else ""
    return Cell(f"{types[0]}{more}", Tone.MUTED, reason=", ".join(types))


_NAME: Column[PoolRow] = Column(
    "name", "POOL", _name, lambda row, now: natural(row.pool.name) if row.pool.name else None, 12, grows=True
)
_BY: Column[PoolRow] = Column(
    "by", "BY", lambda row, now: Cell(row.pool.provisioner, Tone.MUTED), lambda row, now: row.pool.provisioner, 12,
    gives_way=6,
)  # fmt: skip
_NODES: Column[PoolRow] = Column(
    "nodes", "NODES", lambda row, now: Cell(f"{row.pool.tally.nodes:,}"),
    lambda row, now: row.pool.tally.nodes, 6, "right",
)  # fmt: skip
_STATE: Column[PoolRow] = Column(
    "state", "STATE", _state, lambda row, now: row.pool.tally.phases.get("ready", 0) - row.pool.tally.nodes, 12,
    gives_way=2, grows=True,
)  # fmt: skip
_PODS: Column[PoolRow] = Column(
    "pods", "PODS", lambda row, now: pods_of_tally(row.pool.tally),
    lambda row, now: row.pool.tally.pods.total if row.pool.tally.pods else None, 6, "right", gives_way=3,
)  # fmt: skip
_HOURLY: Column[PoolRow] = Column(
    "cost", "$/H", lambda row, now: price_of_tally(row.pool.tally) if row.pool.tally.nodes else _NO_NODES,
    _hourly_key, PRICE_WIDTH, "right",
)  # fmt: skip
_MONTHLY: Column[PoolRow] = Column("month", "$/MO", _monthly, _hourly_key, PRICE_WIDTH, "right", gives_way=5)
_CAPACITY: Column[PoolRow] = Column(
    "cap", "CAP", lambda row, now: capacity_of_tally(row.pool.tally) if row.pool.tally.nodes else _NO_NODES,
    lambda row, now: row.pool.tally.capacity_types.get("spot", 0), 7, gives_way=4,
)  # fmt: skip
_LIMIT: Column[PoolRow] = Column(
    "limit", "LIMIT", _limit, lambda row, now: full[0] if (full := _fullest(row)) else None, 10, "right", gives_way=1,
)  # fmt: skip
_MAY_GO: Column[PoolRow] = Column("may-go", "MAY GO", _may_go, _least, 6, "right", gives_way=1)
_READY: Column[PoolRow] = Column(
    "ready", "READY IN", _ready, lambda row, now: ready.median_s if (ready := row.details.coming.ready) else None,
    9, "right", gives_way=5,
)  # fmt: skip
_VERSION: Column[PoolRow] = Column(
    "kubelet", "KUBELET", _version, lambda row, now: natural(version_words(row.pool)) if row.pool.versions else None,
    9, gives_way=1,
)  # fmt: skip
_BEHIND: Column[PoolRow] = Column(
    "behind", "BEHIND", _behind, lambda row, now: row.details.behind, 6, "right", gives_way=4
)
_TYPES: Column[PoolRow] = Column(
    "types", "TYPES", _types, lambda row, now: next(iter(row.details.instance_types), None), 14, gives_way=7,
)  # fmt: skip
