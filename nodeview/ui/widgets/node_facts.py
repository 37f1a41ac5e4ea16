"""What is said of one node: a few lines at the top, and all the rest as a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from nodeview.pricing import EMPTY_BOOK
from nodeview.records import Condition, Node
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import Said, beside_freshness, liveness
from nodeview.ui.widgets.header import gauge_tone, joined, pods_of
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.node_price import price_facts, price_words
from nodeview.ui.widgets.page import wrapped
from nodeview.views import (
    NOT_MEASURED,
    Fill,
    NodeView,
    Tone,
    amount,
    duration,
    of_whole,
    percent,
    printable,
    state_cell,
    used_share,
)

HEALTHY = {"Ready": "True"}
"""Every other condition is well when it is False."""
TROUBLES_SHOWN = 2
Seen = Callable[[], tuple[str, NodeView | None, bool]]
"""The name that was asked for, its view, and whether it is gone."""


class NodeSummary(TextLines):
    """Name and state, kind and place, a gauge per resource, pods, and what is amiss."""

    def __init__(self, desk: Desk, seen: Seen) -> None:
        """Of whatever `seen` returns."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk
        self._seen = seen

    def wanted_height(self, room: int) -> int:
        """Lines it would like on a screen of so many."""
        view = self._seen()[1]
        if view is None or room < 12:
            return 2
        return 3 + len(self.desk.options.resources) + len(troubles_of(view.record)[:TROUBLES_SHOWN])

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines for the present moment."""
        name, view, gone = self._seen()
        frame, now = self.desk.frame, self.desk.clock()
        live = liveness(frame, now) if frame else ("", Tone.PLAIN)
        called: list[Said] = [(f" {printable(name)}", Tone.STRONG)]
        if view is None:
            missing = f"  {'is not there any more' if gone else 'is not known'}"
            return [beside_freshness([[*called, (missing, Tone.CAUTION)], called], live, width, self.ink)]
        state = ("left the cluster; as it was last seen", Tone.CAUTION) if gone else _state(view, now)
        title = beside_freshness([[*called, ("  ", Tone.PLAIN), state], called], live, width, self.ink)
        lines = [title, self._parts([(" ", Tone.PLAIN), *joined(_kind(view, now))])]
        lines += [self._gauge(view, resource, width) for resource in self.desk.options.resources]
        lines.append(self._parts([(" pods   ", Tone.MUTED), *_pods(view)]))
        lines += [self._parts([(f" ! {one}", Tone.CAUTION)]) for one in troubles_of(view.record)[:TROUBLES_SHOWN]]
        return lines

    def _parts(self, said: Iterable[Said]) -> list[Part]:
        return [self.ink.part(text, tone) for text, tone in said]

    def _gauge(self, view: NodeView, resource: str, width: int) -> list[Part]:
        label = self._parts([(f" {printable(resource):<6} ", Tone.MUTED)])
        share, whole = view.share(resource), view.allocatable.get(resource)
        if share is None or not whole:
            why = view.why_unknown(resource) or "the node offers none"
            return [*label, *self._parts([(f"– {printable(why)}", Tone.MUTED)])]
        used, balloon = view.requested[resource], view.balloon.get(resource, 0)
        said = f"  {percent(share):>5}   {of_whole(resource, used, whole, balloon)} requested"
        really = used_share(view, resource)
        said += f" · {percent(really)} used" if really is not None else ""
        bar = min(max(width - len(said) - len(resource) - 12, 0), 60)
        fill = Fill((used - balloon) / whole, balloon / whole, really)
        return [*label, *self.ink.bar(fill, bar, gauge_tone(share)), *self._parts([(said, Tone.PLAIN)])]


def _state(view: NodeView, now: float) -> Said:
    cell = state_cell(view, now)
    return cell.text, cell.tone


def _kind(view: NodeView, now: float) -> list[Said]:
    """What it is, where, whose, how old, what it costs; without what is not known."""
    words = (
        view.traits.instance_type,
        view.capacity_type,
        f"pool {view.pool}" if view.pool else None,
        view.ownership.provisioner,
        view.traits.zone,
        view.record.kubelet_version,
        f"{duration(now - view.record.created)} old",
        price_words(view),
    )
    return [(printable(word), Tone.PLAIN) for word in words if word]


def _pods(view: NodeView) -> list[Said]:
    most = view.allocatable.get("pods")
    counts = view.counts
    if counts is None:
        return [(f"– {printable(view.unknown['pods'])}", Tone.MUTED)]
    words = [
        (f"{counts.total} of {most // 10**9}" if most else f"{counts.total}", Tone.PLAIN),
        (f"{counts.running} running", Tone.MUTED),
        (f"{counts.starting} starting", Tone.COMING) if counts.starting else None,
        (f"{counts.terminating} terminating", Tone.CAUTION) if counts.terminating else None,
    ]
    return joined([word for word in words if word])


def troubles_of(node: Node) -> list[str]:
    """The conditions that are not as they should be, each in its own words."""
    return [
        printable(f"{one.type} {one.status}: {one.message or one.reason}".rstrip(": "))
        for one in node.conditions
        if one.status != HEALTHY.get(one.type, "False") and one.type in (*HEALTHY, *PRESSURES)
    ]


PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
"""Conditions known to be bad when True; what others mean is for their authors to know."""


def facts_of(view: NodeView, desk: Desk, width: int) -> list[list[Part]]:
    """Everything else: conditions, taints, what it offers, where it comes from, labels."""
    record, now = view.record, desk.clock()
    lines: list[list[Part]] = []

    def heading(text: str) -> None:
        lines.append([desk.ink.part(f" {text}", Tone.STRONG)])

    def row(key: str, value: str, tone: Tone = Tone.PLAIN, indent: int = 22) -> None:
        label = f"   {printable(key):<{indent}} "
        for place, line in enumerate(wrapped(printable(value), max(width - len(label), 20)) or [""]):
            lines.append(
                [desk.ink.part(label if not place else " " * len(label), Tone.MUTED), desk.ink.part(line, tone)]
            )

    heading("conditions")
    for one in record.conditions:
        row(one.type, _condition(one, now), _condition_tone(one))
    heading("taints" if record.taints else "no taints")
    for taint in record.taints:
        since = f" since {duration(now - taint.time_added)}" if taint.time_added else ""
        row(taint.key, f"{taint.value + ' ' if taint.value else ''}{taint.effect}{since}")
    book = desk.frame.view.book if desk.frame is not None else EMPTY_BOOK
    if desk.options.priced and view.goods is not None:
        heading("price")
        for key, (words, tone) in price_facts(view, book):
            row(key, words, tone)
    heading("machine")
    no_usage = desk.frame.view.usage.why_nodes if desk.frame is not None else ""
    for key, value in _machine(view, now, no_usage):
        row(key, value)
    heading("allocatable, of capacity")
    for name, whole in sorted(record.capacity.items()):
        free = record.allocatable.get(name)
        row(name, f"{amount(name, free) if free is not None else '–'} of {amount(name, whole)}")
    heading("labels")
    widest = max((len(key) for key in record.labels), default=0)
    for key, value in sorted(record.labels.items()):
        row(key, value or '""', indent=min(widest, width // 2))
    return lines


def _condition(one: Condition, now: float) -> str:
    since = f" for {duration(now - one.since)}" if one.since is not None else ""
    return f"{one.status}{since} · {' · '.join(word for word in (one.reason, one.message) if word)}".rstrip(" ·")


def _condition_tone(one: Condition) -> Tone:
    if one.type in HEALTHY:
        return Tone.MUTED if one.status == "True" else Tone.ALARM
    bad = one.type in PRESSURES and one.status != "False"
    return Tone.CAUTION if bad else Tone.MUTED


def _machine(view: NodeView, now: float, no_usage: str) -> Iterable[tuple[str, str]]:
    record = view.record
    said: Mapping[str, str | None] = {
        "provider id": record.provider_id or "– it has none",
        "created": _moment(record.created),
        "expires": _moment(view.expires_at) if view.expires_at else None,
        "consolidatable since": _moment(view.consolidatable_since) if view.consolidatable_since else None,
        "claim": view.claim.name if view.claim else None,
        "image": view.traits.image,
        "system": f"{record.os_image} · {record.kernel} · {record.architecture}",
        "container runtime": record.container_runtime,
        "owners": ", ".join(f"{one.kind} {one.name}" for one in record.owners) or None,
        "finalizers": ", ".join(record.finalizers) or None,
        "use": None if view.used else f"– {no_usage or NOT_MEASURED}",
    }
    return [(key, value) for key, value in said.items() if value]


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


__all__ = ["NodeSummary", "facts_of", "pods_of", "troubles_of"]
