"""Pools in words: the facts of one, each with a label, and the short forms that its cells use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from nodeview.cluster import Readiness
from nodeview.records import Condition, NodeGroup, NodePool
from nodeview.scheduling import LimitLeft, NextStep, Size
from nodeview.views.bill import bill_lines
from nodeview.views.cell import Tone
from nodeview.views.node_cells import CAPACITY_WORDS, state_of_tally
from nodeview.views.pool import PoolView
from nodeview.views.pool_budgets import Allowance, Budget, PoolBudgets
from nodeview.views.pool_details import Coming, Counted, PoolDetails
from nodeview.views.pool_versions import short_version
from nodeview.views.text import NANO, amount, duration, figure, natural, of_whole, percent, printable, span, unit_for

_DAY = 86_400
_CAPACITY = {str(kind): word for kind, word in CAPACITY_WORDS.items()}


class Fact(msgspec.Struct, frozen=True):
    """One line about a pool. Texts of others are printable already."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN


def facts_of_pool(pool: PoolView, details: PoolDetails, now: float, *, priced: bool) -> Iterator[Fact]:
    """All that is said of one pool beside its name, from top to bottom."""
    yield from _troubles(pool.record)
    yield from _nodes(pool, details)
    yield from _room(pool)
    if priced and pool.tally.money:
        yield from (Fact("money", line) for line in bill_lines(pool.tally.money, pool.tally.nodes))
    if details.step is not None:
        yield from limit_facts(details.step)
    yield from _machines(pool, details)
    yield from _coming(details.coming, now)
    if details.budgets is not None:
        yield from budget_facts(details.budgets, now)
    if pool.record is not None:
        yield Fact("policy", policy_words(pool.record))
        yield from _well(pool.record)
    yield from (Fact("autoscaler", *group_words(one)) for one in details.autoscaler)


def _troubles(record: NodePool | None) -> Iterator[Fact]:
    if record is None:
        return
    if record.deleted is not None:
        yield Fact("deleted", "is being deleted: it makes no nodes any more", Tone.CAUTION)
    for one in record.conditions:
        if one.status == "False":
            yield Fact(printable(one.type), condition_words(one), Tone.ALARM if one.type == "Ready" else Tone.CAUTION)


def condition_words(one: Condition) -> str:
    """`False: NodeClassNotFound · it is not there`."""
    said = " · ".join(printable(part) for part in (one.reason, one.message) if part and part != one.type)
    return f"{printable(one.status)}: {said}" if said else printable(one.status)


def _well(record: NodePool) -> Iterator[Fact]:
    """The conditions that are no trouble, in one line."""
    said = [f"{printable(one.type)} {printable(one.status)}" for one in record.conditions if one.status != "False"]
    if said:
        yield Fact("conditions", ", ".join(said), Tone.MUTED)


def _nodes(pool: PoolView, details: PoolDetails) -> Iterator[Fact]:
    state = state_of_tally(pool.tally)
    count = pool.tally.nodes
    yield Fact("nodes", f"{count:,}: {state.text}" if count else "none", state.tone if count else Tone.MUTED)
    if details.groups:
        yield Fact("gathers", counted_words(details.groups))
    pods = pool.tally.pods
    if pods is not None and count:
        said = [(pods.running, "running"), (pods.starting, "starting"), (pods.terminating, "terminating")]
        yield Fact(
            "pods", f"{pods.total:,}: " + ", ".join(f"{some:,} {word}" for some, word in said if some or not pods.total)
        )


def _room(pool: PoolView) -> Iterator[Fact]:
    tally = pool.tally
    for name in tally.allocatable if tally.nodes else ():
        if (why := tally.why_unknown(name)) is not None:
            yield Fact(printable(name), f"– {printable(why)}", Tone.MUTED)
        elif (share := tally.share(name)) is not None:
            parts = of_whole(name, tally.requested[name], tally.allocatable[name], tally.balloon.get(name, 0))
            yield Fact(printable(name), f"{parts} requested, {percent(share)}")


def _machines(pool: PoolView, details: PoolDetails) -> Iterator[Fact]:
    if not pool.tally.nodes:
        return
    bought = sorted(pool.tally.capacity_types.items(), key=lambda one: (-one[1], one[0] or "~"))
    yield Fact("capacity", counted_words({_CAPACITY.get(kind or "", kind): count for kind, count in bought}))
    yield Fact("types", counted_words(details.instance_types))
    yield Fact("zones", counted_words(details.zones))
    yield Fact("kubelet", kubelet_words(pool, details), Tone.CAUTION if is_uneven(pool, details) else Tone.PLAIN)
    for label, images in (("images", details.images), ("systems", details.os_images)):
        if images.keys() - {None}:
            mixed = len(images) > 1
            yield Fact(
                label, counted_words(images) + (" · mixed" if mixed else ""), Tone.CAUTION if mixed else Tone.PLAIN
            )


def _coming(coming: Coming, now: float) -> Iterator[Fact]:
    """How nodes come, and fail to."""
    ready, failures = coming.ready, coming.failures
    if coming.claims:
        yield Fact("coming", f"{coming.claims:,} claim{'' if coming.claims == 1 else 's'} without a node", Tone.COMING)
    if failures is not None:
        said = f"{failures.count:,} claim{'' if failures.count == 1 else 's'} went without a node in a row"
        why = f": {printable(failures.reason)}" if failures.reason else ""
        yield Fact("coming", f"{said}, since {duration(now - failures.since)}{why}", Tone.CAUTION)
    if ready is not None:
        yield Fact("ready in", ready_words(ready))


def ready_words(ready: Readiness) -> str:
    """`48 s, at worst 122 s (12 nodes)`: from claim to ready, the median first."""
    nodes = f"{ready.count:,} node{'' if ready.count == 1 else 's'}"
    return f"{ready.median_s:.0f} s, at worst {ready.worst_s:.0f} s ({nodes})"


def is_uneven(pool: PoolView, details: PoolDetails) -> bool:
    """Its kubelets are of several versions, or behind the control plane."""
    return len(pool.versions) > 1 or bool(details.behind)


def kubelet_words(pool: PoolView, details: PoolDetails) -> str:
    """`v1.33.1 ×10, v1.32.9 ×2 · mixed · 2 behind the control plane`."""
    ordered = {version or None: pool.versions[version] for version in sorted(pool.versions, key=natural, reverse=True)}
    said = [counted_words(ordered)]
    if len(ordered) > 1:
        said.append("mixed")
    if details.behind:
        said.append(f"{details.behind:,} behind the control plane")
    return " · ".join(said)


def version_words(pool: PoolView) -> str:
    """`v1.33.1`, `v1.32.9…v1.33.1`, `v1.33.1 ×2` where builds of one version differ."""
    versions = sorted({short_version(version) for version in pool.versions}, key=natural)
    if not versions:
        return ""
    if len(versions) > 1:
        return printable(f"{versions[0]}…{versions[-1]}")
    return printable(versions[0]) + (f" ×{len(pool.versions)}" if len(pool.versions) > 1 else "")


def counted_words(counts: Counted) -> str:
    """`m7g.2xlarge ×8, c7g.xlarge ×4, unknown ×1`."""
    return ", ".join(f"{'unknown' if word is None else printable(word)} ×{count:,}" for word, count in counts.items())


def limit_facts(step: NextStep) -> Iterator[Fact]:
    """What is used of each limit, and the smallest machine that still fits."""
    for one in step.limits:
        yield Fact("limit", limit_words(one), Tone.CAUTION if one.spent else Tone.PLAIN)
    if step.limits:
        yield Fact("next step", step_words(step), Tone.CAUTION if step.closed else Tone.PLAIN)


def limit_words(one: LimitLeft) -> str:
    """`cpu 20 of 23 vCPU · 3 left`."""
    name = printable(one.resource)
    if one.used is None or one.left is None:
        return f"{name} {_figure(one.resource, one.limit)}, of which it is not said how much is used"
    # In bytes, nothing has no unit to write the rest in.
    said = of_whole(one.resource, one.used, one.limit) if one.limit else f"{_figure(one.resource, one.used)} of 0"
    left = f"{_figure(one.resource, one.left)} left" if one.left > 0 else "nothing left"
    return f"{name} {said} · {left}"


def step_words(step: NextStep) -> str:
    """The smallest machine that the limits still take, or why they take none."""
    seen = "" if step.complete else ", of the types seen"
    spent = [one.resource for one in step.limits if one.spent]
    if spent:
        return f"no machine: the limit of {' and '.join(printable(one) for one in spent)} is reached"
    if step.over and step.least is not None:
        short = " and ".join(f"{_figure(one.about, one.missing or 0)} of {printable(one.about)}" for one in step.over)
        smallest = f"the smallest{seen}{',' if seen else ''} is {size_words(step.least)}"
        return f"no machine fits in what is left: {smallest}, {short} too large"
    if step.smallest is not None:
        return f"{size_words(step.smallest)} is the smallest that still fits{seen}"
    return "not known: no type that it makes was seen"


def size_words(size: Size) -> str:
    """`m7g.xlarge (4 vCPU, 16.0 GiB)`."""
    said = [_figure(name, size.capacity[name]) for name in ("cpu", "memory") if name in size.capacity]
    return f"{printable(size.name)} ({', '.join(said)})" if said else printable(size.name)


def _figure(resource: str, nano: int) -> str:
    unit = unit_for(resource, nano)
    return f"{figure(resource, nano, nano)} {unit}".rstrip() if nano % NANO or unit else amount(resource, nano)


def budget_facts(said: PoolBudgets, now: float) -> Iterator[Fact]:
    """What may go now for each reason, and each budget with its window."""
    yield Fact(
        "may go", may_go_words(said, now), Tone.CAUTION if any(one.closed for one in said.allowances) else Tone.PLAIN
    )
    going = f", {said.disrupting:,} going or not Ready" if said.disrupting else ""
    counted = f"of {said.nodes:,} initialised node{'' if said.nodes == 1 else 's'}{going}"
    for place, one in enumerate(said.budgets):
        tone = Tone.CAUTION if one.unreadable else Tone.PLAIN if one.active else Tone.MUTED
        default = " (Karpenter's default)" if said.is_default else ""
        yield Fact("budget", budget_words(one, now) + default + (f", {counted}" if place == 0 else ""), tone)


def may_go_words(said: PoolBudgets, now: float) -> str:
    """`2 for any reason`, or by reason: `Empty 2, Drifted 0 until 22:00 UTC (in 5h)`."""
    words = {one.reason: _may_go(one, now) for one in said.allowances}
    if len(set(words.values())) == 1:
        return f"{next(iter(words.values()))}, for any reason"
    return ", ".join(f"{reason} {text}" for reason, text in words.items())


def _may_go(one: Allowance, now: float) -> str:
    if one.unreadable:
        return f"0: nobody can read its {printable(one.unreadable)}"
    count = "all" if one.remaining is None else f"{one.remaining:,}"
    if one.closed:
        return f"{count} until {moment_words(one.opens_at, now)}" if one.opens_at is not None else count
    return f"{count} until {moment_words(one.until, now)}" if one.until is not None else count


def budget_words(one: Budget, now: float) -> str:
    """`10% → 2`, `0 for Drifted, from @daily for 8h: open until 08:00 UTC (in 3h)`."""
    written = one.written
    value = printable(written.nodes)
    said = f"{value} → {one.allows:,}" if one.allows is not None and value != str(one.allows) else value
    said += f" for {', '.join(printable(reason) for reason in written.reasons)}" if written.reasons else ""
    if one.unreadable:
        return f"{said}: nobody can read its {printable(one.unreadable)}, so nothing may go"
    if not written.schedule and not written.duration:
        return said
    window = f"{said}, at {printable(written.schedule)} UTC for {printable(written.duration)}"
    turns = f" until {moment_words(one.until, now)}" if one.until is not None else ""
    return f"{window}: {'holds now' if one.active else 'rests'}{turns}"


def moment_words(at: float, now: float) -> str:
    """`22:00 UTC (in 5h)`, `Mon 22:00 UTC (in 2d)`, `2027-01-02 22:00 UTC (in 20d)`."""
    when, far = datetime.fromtimestamp(at, UTC), at - now
    form = "%H:%M UTC" if far < _DAY // 2 else "%a %H:%M UTC" if far < 6 * _DAY else "%Y-%m-%d %H:%M UTC"
    return f"{when.strftime(form)} (in {duration(far)})"


def policy_words(record: NodePool) -> str:
    """`WhenEmpty after 30s · expires after 30d · weight 10`: when Karpenter takes nodes, without being asked."""
    said = []
    disruption = record.disruption
    if record.static_replicas is not None:
        said.append(f"static, {record.static_replicas:,} replicas: never consolidated")
    elif disruption.policy:
        after = span(disruption.after) if disruption.after is not None else "Never" if disruption.said_after else ""
        said.append(printable(disruption.policy) + (f" after {after}" if after else ""))
    else:
        said.append("consolidation: not said")
    expires = record.expire_after if record.expire_after is not None else record.template_expire_after
    said.append(f"expires after {span(expires)}" if expires is not None else "never expires")
    if record.grace_s is not None:
        said.append(f"a drain is forced after {span(record.grace_s)}")
    said.append(f"weight {record.weight}" if record.weight else "no weight")
    return " · ".join(said)


def group_words(one: NodeGroup) -> tuple[str, Tone]:
    """A group of the Cluster Autoscaler: its sizes, its health, and whether it is in backoff."""
    sizes = "/".join("–" if size is None else f"{size:,}" for size in (one.min_size, one.target, one.max_size))
    said = [printable(one.name), f"{sizes} min/target/max", printable(one.health)]
    said.append(f"{one.ready:,} ready" if one.ready is not None else "")
    if one.scale_up and one.scale_up not in ("NoActivity", "NotNeeded"):
        said.append(f"scale-up {printable(one.scale_up)}" + (f": {printable(one.backoff)}" if one.backoff else ""))
    if one.candidates:
        said.append(f"{one.candidates:,} to scale down")
    bad = one.health == "Unhealthy" or one.scale_up == "Backoff"
    return " · ".join(word for word in said if word), Tone.CAUTION if bad else Tone.PLAIN
