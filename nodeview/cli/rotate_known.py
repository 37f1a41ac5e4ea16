"""`nodeview rotate status|resume|abort`: rotations that were begun, here or on another machine."""

from __future__ import annotations

import msgspec

from nodeview.actions import About, Plan
from nodeview.cli.arguments import Asked
from nodeview.cli.place import settle
from nodeview.cli.rotate import following, plan_again
from nodeview.cli.rotate_run import all_known, known_of, refuse_read_only, resume, tell, undo
from nodeview.cli.stopping import run_until_stopped
from nodeview.errors import NodeviewError, UsageError
from nodeview.frame import Frame
from nodeview.live.informer import Informer
from nodeview.live.plan_facts import ask_facts
from nodeview.live.rotations import Known
from nodeview.settings import Settings, Sources
from nodeview.wire.connection import Connection

VERBS = ("status", "resume", "abort")
TIMEOUT_S = 60.0


def run_known(sources: Sources, asked: Asked) -> int:
    """Do what was asked with a rotation that was begun; the exit code."""
    words: list[str] = asked.options.words
    verb, id_ = words[0], words[1] if len(words) > 1 else ""
    if verb not in VERBS:
        raise UsageError(f'"{verb}" is no word of `nodeview rotate`.', hint="There are status, resume and abort.")
    if len(words) > 2 or (verb != "status" and not id_):
        raise UsageError(
            f"`nodeview rotate {verb}` needs one id of a rotation.", hint="`nodeview rotate status` lists them."
        )
    settings, connection = settle(sources)
    if verb != "status":
        refuse_read_only(settings)
    return run_until_stopped(_do(connection, settings, verb, id_, asked.options.timeout or TIMEOUT_S))


async def _do(connection: Connection, settings: Settings, verb: str, id_: str, timeout_s: float) -> int:
    async with following(connection, settings, timeout_s) as (informer, frame):
        if verb == "status":
            return tell((known_of(id_, informer),) if id_ else all_known(informer))
        known = known_of(id_, informer)
        if verb == "abort":
            return await undo(known, informer, settings)
        if known.stand == "unknown":
            raise NodeviewError(known.trouble, hint="No node bears its mark: nothing is left of it. Plan anew.")
        if known.stand in ("done", "aborted", "ended"):
            raise NodeviewError(f"The rotation {id_} is over ({known.stand}): there is nothing to go on with.")
        plan = known.record.plan if known.record is not None else await _anew(known, informer, frame, settings)
        return await resume(known, informer, settings, plan)


async def _anew(known: Known, informer: Informer, frame: Frame, settings: Settings) -> Plan:
    """The plan of a rotation that was begun elsewhere, from what its nodes say was asked for."""
    nodes = tuple(node.name for node, mark in known.nodes if not mark.ended)
    said = next((mark.options for _, mark in known.nodes if mark.options), "{}")
    try:
        options = msgspec.json.decode(said, type=dict[str, str | int | bool | None])
    except msgspec.DecodeError:
        raise NodeviewError(
            f"What the nodes of {known.id} say was asked for cannot be read.",
            hint=f"`nodeview rotate abort {known.id}` uncordons them.",
        ) from None
    about = About(frame.identity.context, frame.identity.cluster, id=known.id)
    plan = await plan_again(informer, options, nodes, about=about)
    facts = await ask_facts(informer.transport, plan, read_only=settings.read_only)
    return await plan_again(informer, options, nodes, facts, about)
