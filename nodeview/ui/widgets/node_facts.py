"""What is said of one node: a few lines at the top, and all the rest as a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from nodeview.pricing import EMPTY_BOOK
from nodeview.records import Condition
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.fact_lines import FactLines
from nodeview.ui.widgets.freshness import Said, beside_freshness, liveness
from nodeview.ui.widgets.header import gauge_tone, joined, pods_of
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.node_history import add_events, add_history
from nodeview.ui.widgets.node_price import price_facts, price_words
from nodeview.ui.widgets.node_wrongs import HEALTHY, PRESSURES, summary_of, troubles_of, wrongs_of
from nodeview.ui.widgets.staying_lines import staying_facts
from nodeview.views import (
    NOT_MEASURED,
    PHASE_TONES,
    PHASE_WORDS,
    Fill,
    NodeView,
    Tone,
    amount,
    duration,
    life_of,
    of_whole,
    percent,
    printable,
    short_name,
    shorten_end,
    state_cell,
    used_share,
)

TROUBLES_SHOWN = 2
ROOMY = 100
"""Columns from which a healthy condition says all that it has to say."""
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
        return 3 + len(self.desk.options.resources) + len(summary_of(view, self.desk)[:TROUBLES_SHOWN])

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
        brief = (f" {printable(short_name(name))}", Tone.STRONG), ("  ", Tone.PLAIN)
        wordings = [[*called, ("  ", Tone.PLAIN), state], [*brief, state], [*brief, _phase(view, gone=gone)], called]
        title = beside_freshness(wordings, live, width, self.ink)
        lines = [title, self._parts([(" ", Tone.PLAIN), *joined(_kind(view, now))])]
        lines += [self._gauge(view, resource, width) for resource in self.desk.options.resources]
        lines.append(self._parts([(" pods   ", Tone.MUTED), *_pods(view)]))
        for said, tone in summary_of(view, self.desk)[:TROUBLES_SHOWN]:
            lines.append(self._parts([(f" ! {shorten_end(said, width - 4)}", tone)]))
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


def _phase(view: NodeView, *, gone: bool) -> Said:
    """The state in a word."""
    phase = view.standing.phase
    return ("left the cluster", Tone.CAUTION) if gone else (PHASE_WORDS[phase], PHASE_TONES[phase])


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


def facts_of(view: NodeView, desk: Desk, width: int) -> list[list[Part]]:
    """What is wrong, why it is still here, how it came, its state, what was said of it; then what is looked up."""
    lines, now, frame = FactLines(desk.ink, width), desk.clock(), desk.frame
    for title, facts in (("what is wrong", wrongs_of(view, desk)), ("why it is still here", staying_facts(view, desk))):
        if facts:
            lines.heading(title)
        for key, words, tone in facts:
            lines.row(key, words, tone)
    if frame is not None:
        lines.heading("life")
        for key, value in life_of(view, frame.view, frame.identity.version, now):
            lines.row(key, value)
    _add_state(lines, view, now)
    if frame is not None:
        add_events(lines, view, frame.view, now)
        add_history(lines, view, frame.view.history, now)
    if desk.options.priced and view.goods is not None:
        lines.heading("price")
        for key, (words, tone) in price_facts(view, frame.view.book if frame is not None else EMPTY_BOOK):
            lines.row(key, words, tone)
    lines.heading("machine")
    for key, value in _machine(view, now, frame.view.usage.why_nodes if frame is not None else ""):
        lines.row(key, value)
    _add_reference(lines, view)
    return lines.lines


def _add_state(lines: FactLines, view: NodeView, now: float) -> None:
    """Conditions, those that are amiss first, and taints."""
    record = view.record
    lines.heading("conditions" if record.conditions else "no conditions")
    for one in sorted(record.conditions, key=lambda one: _condition_tone(one) is Tone.MUTED):
        tone = _condition_tone(one)
        brief = tone is Tone.MUTED and lines.width < ROOMY
        lines.row(one.type, _condition(one, now, brief=brief), tone)
    lines.heading("taints" if record.taints else "no taints")
    for taint in record.taints:
        since = f" since {duration(now - taint.time_added)}" if taint.time_added else ""
        lines.row(taint.key, f"{taint.value + ' ' if taint.value else ''}{taint.effect}{since}")


def _add_reference(lines: FactLines, view: NodeView) -> None:
    """What is looked up: amounts and labels."""
    record = view.record
    lines.heading("allocatable, of capacity")
    for name, whole in sorted(record.capacity.items()):
        free = record.allocatable.get(name)
        lines.row(name, f"{amount(name, free) if free is not None else '–'} of {amount(name, whole)}")
    lines.heading("labels")
    widest = max((len(key) for key in record.labels), default=0)
    for key, value in sorted(record.labels.items()):
        lines.row(key, value or '""', indent=min(widest, lines.width // 2))


def _condition(one: Condition, now: float, *, brief: bool) -> str:
    """Its status, since when, and why; in brief without its message, which repeats the reason of a healthy one."""
    since = f" for {duration(now - one.since)}" if one.since is not None else ""
    said = (one.reason,) if brief and one.reason else (one.reason, one.message)
    return f"{one.status}{since} · {' · '.join(word for word in said if word)}".rstrip(" ·")


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
        "kubelet": record.kubelet_version or None,
        "system": " · ".join(filter(None, (record.os_image, record.kernel, record.architecture))),
        "container runtime": record.container_runtime,
        **_addresses(record.addresses),
        "owners": ", ".join(f"{one.kind} {one.name}" for one in record.owners) or None,
        "finalizers": ", ".join(record.finalizers) or None,
        "use": None if view.used else f"– {no_usage or NOT_MEASURED}",
    }
    return [(key, value) for key, value in said.items() if value]


def _addresses(said: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """By what they are; of two of one kind (IPv4 and IPv6) both."""
    found: dict[str, str] = {}
    for kind, address in said:
        name = _ADDRESSES.get(kind, kind)
        found[name] = f"{found[name]}, {address}" if name in found else address
    return found


_ADDRESSES = {
    "InternalIP": "internal address",
    "ExternalIP": "external address",
    "InternalDNS": "internal name",
    "ExternalDNS": "external name",
    "Hostname": "host name",
}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


__all__ = ["NodeSummary", "facts_of", "pods_of", "troubles_of"]
