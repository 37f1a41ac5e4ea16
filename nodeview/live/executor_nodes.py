"""What is written on nodes: cordons, marks, taints, annotations; and all of it undone that was ours, and no more.

Each change is made of the node as it was just read, and sent on condition that it still is so: who cordoned a node
first is then no matter of luck.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypedDict

from msgspec.structs import replace

from nodeview.actions import ENDED, NO_ANNOTATIONS, TAINT, Mark, Subject, holder, mark_of
from nodeview.errors import ApiError
from nodeview.live.executor_state import NodeGone, StepFailed
from nodeview.live.executor_writes import Sender
from nodeview.wire.writer import FIELD_MANAGER, Writer
from nodeview.wire.writer_answers import Standing
from nodeview.wire.writer_bodies import instant

TRIES = 12
"""How often a node that others write at the same time is read again."""


class Edit(TypedDict, total=False):
    """What is changed on a node; what is absent stays as it is."""

    cordon: bool
    annotations: Mapping[str, str | None]
    taints: Sequence[Mapping[str, Any]]


Change = Callable[[Standing], Edit | None]
"""What has to be changed on a node that stands so; None where it is as it should be."""


class NodeWrites:
    """Writes on nodes in the name of one rotation."""

    def __init__(self, sender: Sender, writer: Writer, mark: Mark, now: Callable[[], float]) -> None:
        """`mark` is what its nodes are to say; `now` is epoch seconds."""
        self._sender = sender
        self._writer = writer
        self._mark = mark
        self._now = now

    async def claim(self, node: Subject) -> None:
        """Write on a node whose it is from now on. Raises `StepFailed` where it is another's."""
        await self._edit(0, "mark", node, lambda now: None if self._held(now) else {"annotations": self._said(False)})

    async def cordon(self, step: int, node: Subject, *, ended: bool = False) -> str:
        """Cordon it, and say on it that it was us; in words, what came of it. `ended` for a cordon that no rotation
        goes on with."""
        standing = await self._edit(step, "cordon", node, lambda now: self._cordoning(now, ended=ended))
        mark = mark_of(standing.annotations)
        ours = mark is not None and mark.id == self._mark.id and mark.cordoned
        return "cordoned" if ours else "was cordoned before; that stays another's"

    async def uncordon(self, step: int, node: Subject) -> str:
        """Uncordon it, whoever cordoned it: somebody asks for just that."""
        await self._edit(step, "uncordon", node, self._uncordoning)
        return "uncordoned"

    async def give_back(self, step: int, node: Subject) -> bool:
        """Undo what this rotation did to it: its cordon, its taint, its mark. Whether there was anything to undo."""
        undone: list[Edit] = []

        def change(standing: Standing) -> Edit | None:
            edit = self._giving_back(standing)
            if edit is not None:
                undone.append(edit)
            return edit

        await self._edit(step, "give-back", node, change)
        return bool(undone)

    async def end(self, node: Subject) -> None:
        """Say on it that this rotation is over with it; its cordon stays."""
        await self._edit(0, "end", node, self._ending)

    async def taint(self, step: int, node: Subject, *, add: bool) -> str:
        """Have pods rather go elsewhere while it is still open, or no more."""
        await self._edit(step, "taint" if add else "untaint", node, lambda now: self._tainting(now, add=add))
        return "others are preferred" if add else "as before"

    async def annotate(self, step: int, node: Subject, key: str, value: str | None) -> str:
        """Set one annotation, or take it away."""
        await self._edit(
            step,
            "annotate",
            node,
            lambda now: None if now.annotations.get(key) == value else {"annotations": {key: value}},
        )
        return f"{key}={value}" if value is not None else f"{key} is gone"

    async def dry(self, node: Subject, verb: str) -> None:
        """Have the server try what a step would write here, and keep nothing. Raises what it refuses it with."""
        standing = await self._look(node)
        if verb == "cordon" and self._cordoning(standing, ended=False) is None:
            return
        edits: dict[str, Edit] = {
            "uncordon": {"cordon": False},
            "prefer-elsewhere": self._tainting(standing, add=True) or {},
        }
        edit = edits.get(verb, Edit(cordon=True, annotations=self._said(True)))
        # In no version: a heartbeat in between is no refusal, and nothing of it is kept.
        await self._writer.patch_node(node.name, uid=standing.uid, dry=True, **edit)

    # -- what has to change -----------------------------------------------------------------

    def _cordoning(self, standing: Standing, *, ended: bool) -> Edit | None:
        self._held(standing)
        if standing.unschedulable:
            return None
        edit = Edit(cordon=True, annotations=self._said(True, ended=ended))
        if (taints := self._without_ours(standing)) is not None:
            edit["taints"] = taints
        return edit

    def _uncordoning(self, standing: Standing) -> Edit | None:
        self._held(standing)
        return Edit(cordon=False, annotations=NO_ANNOTATIONS) if standing.unschedulable else None

    def _giving_back(self, standing: Standing) -> Edit | None:
        mark = mark_of(standing.annotations)
        if mark is None or mark.id != self._mark.id:
            return None
        edit = Edit(annotations=NO_ANNOTATIONS)
        if mark.cordoned and standing.unschedulable and standing.cordoned_by in ("", FIELD_MANAGER):
            edit["cordon"] = False
        if (taints := self._without_ours(standing)) is not None:
            edit["taints"] = taints
        return edit

    def _ending(self, standing: Standing) -> Edit | None:
        mark = mark_of(standing.annotations)
        if mark is None or mark.id != self._mark.id or mark.ended:
            return None
        edit = Edit(annotations={ENDED: instant(self._now())})
        if (taints := self._without_ours(standing)) is not None:
            edit["taints"] = taints
        return edit

    def _tainting(self, standing: Standing, *, add: bool) -> Edit | None:
        others = self._without_ours(standing)
        if add:
            ours = {"key": TAINT, "value": self._mark.id, "effect": "PreferNoSchedule"}
            return Edit(taints=[*standing.taints, ours]) if others is None and not standing.unschedulable else None
        return Edit(taints=others) if others is not None else None

    def _without_ours(self, standing: Standing) -> list[Mapping[str, Any]] | None:
        """Its taints without that of this rotation; None where it bears none of it."""
        others: list[Mapping[str, Any]] = [one for one in standing.taints if one.get("key") != TAINT]
        return others if len(others) < len(standing.taints) else None

    def _held(self, standing: Standing) -> bool:
        """Whether it bears our mark. Raises `StepFailed` where it is another rotation's."""
        mark = holder(standing.annotations)
        if mark is not None and mark.id != self._mark.id:
            who = f" of {mark.by}" if mark.by else ""
            raise StepFailed(f"the rotation {mark.id}{who} has it since {mark.at or 'an unknown time'}")
        return mark is not None

    def _said(self, cordoned: bool, *, ended: bool = False) -> dict[str, str | None]:
        end = instant(self._now()) if ended else ""
        return replace(self._mark, cordoned=cordoned, ended=end).annotations

    # -- how it is written ------------------------------------------------------------------

    async def _edit(self, step: int, what: str, node: Subject, change: Change) -> Standing:
        """The node as it is once this was written, or was so already."""
        for _ in range(TRIES):
            standing = await self._look(node)
            edit = change(standing)
            if edit is None:
                return standing
            try:
                return await self._sender.send(
                    step, what, node, self._attempt(standing, node, edit), lambda: self._taken(node, change)
                )
            except ApiError as error:
                if error.code != 409:
                    raise
        raise StepFailed(f"{node.text} is changed by others all the time")

    def _attempt(self, standing: Standing, node: Subject, edit: Edit) -> Callable[[], Awaitable[Standing]]:
        return lambda: self._writer.patch_node(node.name, uid=standing.uid, version=standing.version, **edit)

    async def _taken(self, node: Subject, change: Change) -> Standing | None:
        standing = await self._look(node)
        return standing if change(standing) is None else None

    async def _look(self, node: Subject) -> Standing:
        standing = await self._sender.steady(lambda: self._writer.look(node))
        if standing is None:
            raise NodeGone("the node is gone")
        if node.uid and standing.uid != node.uid:
            raise NodeGone("another node has its name by now")
        return standing
