"""What is asked before anything is written: may we, and would the server take it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from nodeview.actions import Access, Plan, Refusal, Review, Step, accesses_of
from nodeview.errors import ApiError, NodeviewError, NotFound
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_state import StepFailed
from nodeview.wire.writer import Writer

T = TypeVar("T")
U = TypeVar("U")

AT_ONCE = 8
"""Questions that are under way together."""
NODE_VERBS = ("cordon", "uncordon", "prefer-elsewhere", "protect", "unprotect")


async def review(writer: Writer, plan: Plan) -> tuple[Review, ...]:
    """What the server says of each permission that the plan needs. Raises where it does not answer."""

    async def one(access: Access) -> Review:
        said = await writer.may(
            access.verb, access.group, access.resource, subresource=access.subresource, namespace=access.namespace
        )
        return Review(access, said.allowed, said.reason)

    return tuple(await _each(accesses_of(plan), one))


async def rehearse(writer: Writer, nodes: NodeWrites, plan: Plan, over: frozenset[int]) -> tuple[Refusal, ...]:
    """What the server refuses of the plan's writes when it only tries them; steps that are `over` are left out."""
    instant = "2000-01-01T00:00:00Z"  # any: nothing of it is kept

    async def one(step: Step) -> Refusal | None:
        try:
            if step.verb in NODE_VERBS:
                await nodes.dry(step.subject, step.verb)
            elif step.verb == "restart":
                await writer.restart(step.subject, instant, dry=True)
            elif step.verb == "evict":
                await writer.evict(step.subject, dry=True)
            elif step.verb == "delete-claim":
                await writer.delete_claim(step.subject, dry=True)
        except StepFailed as error:
            return Refusal(step.subject.text, str(error))
        except ApiError as error:
            passing = error.code == 429 or (step.verb in ("evict", "delete-claim") and isinstance(error, NotFound))
            return None if passing else Refusal(step.subject.text, words_of(error))
        return None

    wanted = [step for step in plan.steps if step.writes and step.number not in over]
    return tuple(found for found in await _each(wanted, one) if found is not None)


def words_of(error: NodeviewError) -> str:
    """The server's own words where it has any."""
    said = (error.message or error.sentence) if isinstance(error, ApiError) else error.sentence
    return said.rstrip(".")


async def _each(things: Iterable[T], ask: Callable[[T], Awaitable[U]]) -> list[U]:
    """The answers in order; one failure ends all of it."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> U:
        async with gate:
            return await ask(thing)

    tasks = [asyncio.ensure_future(one(thing)) for thing in things]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
