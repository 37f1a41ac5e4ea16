"""What a node or a pod really uses, as the metrics API last measured it: never what it requests."""

from __future__ import annotations

import msgspec

from nodeview.records.resource import ObjectKey

USED = ("cpu", "memory")
"""All that the metrics API measures."""


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Amounts in nano-units, measured over some 15 s; None where one was not said, or could not be read."""

    cpu: int | None
    memory: int | None

    def of(self, resource: str) -> int | None:
        """What is used of this resource; None for those that nobody measures."""
        return self.cpu if resource == "cpu" else self.memory if resource == "memory" else None


class Measured(msgspec.Struct, frozen=True, gc=False):
    """One object of the metrics API: whose usage, and when it was measured (epoch seconds)."""

    namespace: str
    name: str
    at: int | None
    usage: Usage

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)

    @property
    def uid(self) -> str:
        """It has none; a namesake is told by the time of measurement."""
        return ""
