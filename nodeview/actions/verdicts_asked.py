"""Checks of what had to be asked: whether the writes are allowed and taken, and who serves from these nodes alone."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.actions.verdict import Found, Sight, counted


def refused(sight: Sight) -> Iterator[Found]:
    """R22: writes that RBAC, or admission, would refuse."""
    facts = sight.scope.facts
    for review in facts.reviews or ():
        if not review.allowed:
            yield Found("block", review.access.words, review.reason or "you may not")
    for one in facts.refusals or ():
        yield Found("block", one.subject, f"a dry run on the server refused it: {one.reason}")
    if facts.reviews is None:
        yield Found("info", "permissions", _unchecked("whether the writes are allowed", facts.why_not.get("reviews")))
    if facts.refusals is None:
        yield Found("info", "dry run", _unchecked("whether the writes are taken", facts.why_not.get("refusals")))


def single_points(sight: Sight) -> Iterator[Found]:
    """R24: Services whose endpoints are all on the targets."""
    facts = sight.scope.facts
    if facts.services is None:
        yield Found("info", "services", _unchecked("who serves from these nodes alone", facts.why_not.get("services")))
        return
    targets = {one.name for one in sight.scope.targets}
    for one in facts.services:
        here = {node for node in one.nodes if node is not None}
        if one.nodes and None not in one.nodes and here <= targets:
            name = "/".join(one.service)
            words = f"all of its {counted(len(one.nodes), 'ready endpoint')} are on {counted(len(here), 'node')} here"
            yield Found("warn", name, words)


def unknown_budgets(sight: Sight) -> Iterator[Found]:
    """R9 where nobody may read PodDisruptionBudgets: an eviction may be refused, and nobody can tell."""
    yield from _unheard(sight, "what PodDisruptionBudgets allow", "poddisruptionbudgets.policy")


def unknown_storage(sight: Sight) -> Iterator[Found]:
    """R12 where nobody may read claims or volumes."""
    what = "where volumes can be mounted"
    yield from _unheard(sight, what, "persistentvolumeclaims", "persistentvolumes")


def _unheard(sight: Sight, what: str, *resources: str) -> Iterator[Found]:
    for stream in sight.scope.snapshot.streams:
        if stream.resource in resources and stream.state not in ("synced", "absent"):
            yield Found("info", stream.resource, _unchecked(what, stream.reason or stream.state))


def _unchecked(what: str, why: str | None) -> str:
    return f"not checked: {what}" + (f" ({why})" if why else "")
