"""Rotations by their ids: what journals here and marks on nodes say of them, and the undoing of one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from nodeview.actions import Mark, Plan, Subject, holder, mark_of
from nodeview.errors import JournalError, NodeviewError
from nodeview.live import journal as journals
from nodeview.live.executor_checks import words_of
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_state import NodeGone, StepFailed
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Entry, Record
from nodeview.records import Node, NodeName
from nodeview.wire.transport import Transport
from nodeview.wire.writer import Writer
from nodeview.wire.writer_bodies import seconds_at


class Known(msgspec.Struct, frozen=True):
    """What is known of one rotation from here."""

    id: str
    record: Record | None
    """Its journal, where it is on this machine."""
    nodes: tuple[tuple[Node, Mark], ...] = ()
    """Nodes that bear its mark."""
    trouble: str = ""
    """Why its journal cannot be read; empty where it can, or there is none."""

    @property
    def stand(self) -> str:
        """`done`, `stopped`, …; `open` while a node is held by it and no end is known; `unknown`."""
        if self.record is not None and self.record.ended:
            return self.record.ended
        if self.trouble and not self.nodes:
            return "unknown"
        return "open" if self.record is not None or any(not mark.ended for _, mark in self.nodes) else "ended"

    @property
    def began(self) -> float | None:
        """Epoch seconds; None where nothing says so."""
        if self.record is not None:
            return self.record.began
        return next((at for _, mark in self.nodes if (at := seconds_at(mark.at)) is not None), None)

    @property
    def title(self) -> str:
        """What it was for."""
        if self.record is not None:
            return self.record.plan.title
        return next((mark.why for _, mark in self.nodes if mark.why), "")

    @property
    def by(self) -> str:
        """Who began it."""
        if self.record is not None:
            return self.record.by
        return next((mark.by for _, mark in self.nodes if mark.by), "")


class Undone(msgspec.Struct, frozen=True):
    """What an abort came to."""

    uncordoned: tuple[NodeName, ...]
    left: tuple[NodeName, ...]
    """Nodes that were cordoned by others before, and stay so; they lost our mark."""
    failed: tuple[tuple[NodeName, str], ...] = ()


def known_rotations(nodes: Iterable[Node], environ: Mapping[str, str]) -> tuple[Known, ...]:
    """All rotations that journals here or marks on these nodes name, the oldest first."""
    marked: dict[str, list[tuple[Node, Mark]]] = {}
    for node in nodes:
        if (mark := mark_of(node.annotations)) is not None:
            marked.setdefault(mark.id, []).append((node, mark))
    ids = sorted({*journals.known(environ), *marked})
    return tuple(_known(id_, tuple(marked.get(id_, ())), environ) for id_ in ids)


def holders(nodes: Iterable[Node], but: str = "") -> dict[NodeName, str]:
    """Nodes that a rotation holds, other than the one whose id is `but`, and its id."""
    found = {node.name: mark.id for node in nodes if (mark := holder(node.annotations)) is not None}
    return {name: id_ for name, id_ in found.items() if id_ != but}


async def abort(
    known: Known,
    transport: Transport,
    environ: Mapping[str, str],
    now: Callable[[], float] = time.time,
) -> Undone:
    """Uncordon exactly what this rotation cordoned, and take its marks and taints away.

    Raises `JournalError` while another process here carries it out.
    """
    journal = journals.go_on_or_begin_abort(known.id, environ)
    try:
        sender = Sender(journal, asyncio.Event(), now)
        nodes = NodeWrites(sender, Writer(transport), Mark(known.id), now)
        uncordoned: list[NodeName] = []
        left: list[NodeName] = []
        failed: list[tuple[NodeName, str]] = []
        for subject, cordoned in _theirs(known):
            try:
                undone = await nodes.give_back(0, subject)
            except NodeGone:
                continue
            except (StepFailed, NodeviewError) as error:
                failed.append(
                    (NodeName(subject.name), words_of(error) if isinstance(error, NodeviewError) else str(error))
                )
                continue
            if undone:
                (uncordoned if cordoned else left).append(NodeName(subject.name))
        words = f"{len(uncordoned)} nodes uncordoned"
        if not failed:
            journal.write(Entry("aborted", now(), stand="aborted", words=words))
        return Undone(tuple(uncordoned), tuple(left), tuple(failed))
    finally:
        journal.close()


def _theirs(known: Known) -> list[tuple[Subject, bool]]:
    """All nodes that may bear its mark: those that do, and those of its journal; and whether it cordoned them."""
    found = {node.name: (Subject("Node", node.name, uid=node.uid), mark.cordoned) for node, mark in known.nodes}
    for target in _plan(known).targets if known.record is not None else ():
        if not target.skipped:
            found.setdefault(target.name, (Subject("Node", target.name, uid=target.uid), False))
    return [found[name] for name in sorted(found)]


def _plan(known: Known) -> Plan:
    assert known.record is not None
    return known.record.plan


def _known(id_: str, nodes: tuple[tuple[Node, Mark], ...], environ: Mapping[str, str]) -> Known:
    try:
        return Known(id_, journals.read(id_, environ), nodes)
    except JournalError as error:
        return Known(id_, None, nodes, str(error))
