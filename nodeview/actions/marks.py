"""What a rotation writes on the nodes that it is about: who, when, why, and what it did, for others and for itself.

It is written with the cordon in one patch, so what is marked as cordoned by a rotation was, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

PREFIX = "nodeview.dev/rotation"
ID = PREFIX
BY = f"{PREFIX}-by"
AT = f"{PREFIX}-at"
WHY = f"{PREFIX}-why"
CORDONED = f"{PREFIX}-cordoned"
ENDED = f"{PREFIX}-ended"
OPTIONS = f"{PREFIX}-options"
KEYS = (ID, BY, AT, WHY, CORDONED, ENDED, OPTIONS)
"""All of them: what an abort takes away."""
TAINT = PREFIX
"""Key of the PreferNoSchedule taint on targets that are still open; its value is the rotation's id."""


class Mark(msgspec.Struct, frozen=True):
    """What one node says of the rotation that it is, or was, part of."""

    id: str
    by: str = ""
    at: str = ""
    """When the rotation began, RFC 3339."""
    why: str = ""
    cordoned: bool = False
    """It was this rotation that cordoned the node."""
    ended: str = ""
    """When the rotation was over with this node, RFC 3339; empty while it holds it."""
    options: str = ""
    """What was asked for, as JSON: from this the same plan can be made on another machine."""

    @property
    def annotations(self) -> dict[str, str | None]:
        """As a patch sets them; None takes one away."""
        said = {BY: self.by, AT: self.at, WHY: self.why, ENDED: self.ended, OPTIONS: self.options}
        cordoned = "true" if self.cordoned else None
        return {ID: self.id, CORDONED: cordoned, **{key: value or None for key, value in said.items()}}


NO_ANNOTATIONS: Mapping[str, str | None] = dict.fromkeys(KEYS)
"""A patch that takes all of them away."""


def mark_of(annotations: Mapping[str, str]) -> Mark | None:
    """The mark that a node bears; None where it bears none."""
    if not annotations.get(ID):
        return None
    said = {"by": BY, "at": AT, "why": WHY, "ended": ENDED, "options": OPTIONS}
    texts = {name: annotations.get(key, "") for name, key in said.items()}
    return Mark(annotations[ID], cordoned=annotations.get(CORDONED) == "true", **texts)


def holder(annotations: Mapping[str, str]) -> Mark | None:
    """The rotation that holds this node and is not over with it; None where none does."""
    mark = mark_of(annotations)
    return mark if mark is not None and not mark.ended else None
