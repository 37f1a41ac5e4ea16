"""The audit of requests said in lines, for a screen and for a report alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nodeview.insights.oversize import Oversize, Term
from nodeview.insights.recommended import Recommended
from nodeview.insights.requests_audit import Audit, Bare
from nodeview.insights.use_audit import FarFromUse
from nodeview.records import NANO
from nodeview.views import Tone, amount, percent, printable

_MILLI, _MIB = NANO // 1000, 2**20 * NANO


class AuditLine(NamedTuple):
    """One line, and how far it is indented."""

    text: str
    tone: Tone = Tone.PLAIN
    indent: int = 0


def audit_lines(audit: Audit) -> Iterator[AuditLine]:
    """All that there is to say, section by section; an empty line between two."""
    yield AuditLine("a hair too large", Tone.MUTED)
    if not audit.oversized:
        yield AuditLine("with a little less each, no workload would have one more pod on a node", indent=2)
    for miss in audit.oversized:
        yield from _near_miss(miss)
    yield AuditLine("")
    yield from _use(audit)
    yield AuditLine("")
    if audit.recommendations:
        yield from _recommended(audit)
        yield AuditLine("")
    yield AuditLine("containers without requests", Tone.MUTED)
    if not audit.bare:
        yield AuditLine(f"none in {_count(audit.pods, 'pod')}", indent=2)
    for bare in audit.bare:
        yield from _bare(bare)


def headline(miss: Oversize) -> str:
    """`4 shop/api pods would fit an m7g.2xlarge with 60 MiB less each: today 3 do`."""
    name = f"{printable(miss.namespace)}/{printable(miss.owner.name)}"
    machine = printable(miss.instance_type)
    article = "an" if machine[:1] in tuple("aefhilmnrsx") else "a"
    less = " and ".join(exactly(name, nano) for name, nano in miss.less.items())
    fits = f"{miss.fits:,} {'do' if miss.fits > 1 else 'does'}"
    return f"{miss.fits + 1:,} {name} pods would fit {article} {machine} with {less} less each: today {fits}"


def _near_miss(miss: Oversize) -> Iterator[AuditLine]:
    yield AuditLine(headline(miss), Tone.CAUTION, 2)
    where = f" of pool {printable(miss.pool)}" if miss.pool is not None else ""
    if miss.saved:
        yield AuditLine(_own(miss, where), Tone.STRONG, 4)
    shared = miss.nodes - miss.own_nodes
    if shared:
        said = f"{miss.room_for_more:,} of {_count(shared, 'node')}{where} that it shares with others"
        yield AuditLine(f"{said} would take one more pod, all others as they are", indent=4)
    for term in miss.terms:
        yield AuditLine(_sum(term, miss.fits + 1), Tone.MUTED, 4)


def _own(miss: Oversize, where: str) -> str:
    have = f"{_count(miss.own_pods, 'pod')} have {_count(miss.own_nodes, 'node')}{where} to themselves"
    goes = f"{_count(miss.saved, 'node')} in {miss.needed:,} would go"
    if miss.own_nodes == miss.needed:
        return f"{have}: {miss.needed_then:,} would do, {goes}"
    return f"{have}: they need {miss.needed:,}, then {miss.needed_then:,}: {goes}"


def _sum(term: Term, pods: int) -> str:
    """The arithmetic: `memory: 310 MiB allocatable - 10 MiB daemons = 300 MiB; 4 × 80 MiB = 320 MiB: …`."""
    free, asked = term.free, pods * term.request
    has = f"{exactly(term.resource, term.allocatable)} allocatable - {exactly(term.resource, term.daemons)} daemons"
    wants = f"{pods:,} × {exactly(term.resource, term.request)} = {exactly(term.resource, asked)}"
    verdict = "that fits"
    if asked > free:
        verdict = f"{exactly(term.resource, asked - free)} too much, {exactly(term.resource, term.less)} each"
    return f"{printable(term.resource)}: {has} = {exactly(term.resource, free)}; {wants}: {verdict}"


def exactly(resource: str, nano: int) -> str:
    """An amount fine enough to be reckoned with: `7,910m` of cpu, `30,310.5 MiB` of memory, else as it is counted."""
    if resource == "cpu":
        return f"{nano // _MILLI:,}m"
    if resource == "memory":
        return f"{nano / _MIB:,.1f}".removesuffix(".0") + " MiB"
    return f"{nano // NANO:,}"


def _use(audit: Audit) -> Iterator[AuditLine]:
    yield AuditLine("requested and used, as measured last: one moment, no history", Tone.MUTED)
    if audit.why_no_use:
        yield AuditLine(f"what pods use is not known: {printable(audit.why_no_use)}", indent=2)
    elif not audit.far:
        yield AuditLine("no workload uses less than half of what it requests, or more than it", indent=2)
    for one in audit.far:
        yield AuditLine(_far(one), Tone.CAUTION if one.used > one.requested else Tone.PLAIN, 2)


def _recommended(audit: Audit) -> Iterator[AuditLine]:
    workloads = _count(audit.recommendations, "workload")
    yield AuditLine(f"requested and recommended by the VerticalPodAutoscaler, which {workloads} asked", Tone.MUTED)
    if not audit.recommended:
        yield AuditLine("all that can be compared request what lies within its bounds", indent=2)
    for one in audit.recommended:
        yield AuditLine(_outside(one), Tone.CAUTION if one.requested < one.lower else Tone.PLAIN, 2)


def _outside(one: Recommended) -> str:
    asked, target, lower, upper = (
        exactly(one.resource, nano) for nano in (one.requested, one.target, one.lower, one.upper)
    )
    whose = _whose(one.namespace, one.owner.kind, one.owner.name, one.pods)
    return f"{whose} · {one.resource}: {asked} requested each, {target} recommended ({lower} to {upper})"


def _far(one: FarFromUse) -> str:
    used, asked = amount(one.resource, one.used), amount(one.resource, one.requested)
    unit = " vCPU" if one.resource == "cpu" else ""
    share = percent(one.used / one.requested)
    return (
        f"{_whose(one.namespace, one.owner.kind, one.owner.name, one.pods)} · {one.resource}: {used}{unit} used, "
        + (f"{asked}{unit} requested: {share}")
    )


def _bare(bare: Bare) -> Iterator[AuditLine]:
    yield AuditLine(_whose(bare.namespace, bare.owner.kind, bare.owner.name, bare.pods), indent=2)
    for name, lacks in bare.containers.items():
        yield AuditLine(f"{printable(name)} requests no {' and no '.join(lacks)}", Tone.CAUTION, 4)


def _whose(namespace: str, kind: str, name: str, pods: int) -> str:
    said = f"{printable(namespace)}/{printable(name)} · {printable(kind)}"
    return said if kind == "Pod" else f"{said} · {_count(pods, 'pod')}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
