"""The pieces of an execution by value: a store of rows, a writer that keeps what it is asked, a journal in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from msgspec.structs import replace

from nodeview.actions.plan import Plan, PodPath, Step, Subject, Target
from nodeview.cluster import ClusterStore, Fold, Snapshot
from nodeview.errors import ApiError, NodeviewError, api_error
from nodeview.live.journal import Entry
from nodeview.records import NODES, PODS, NodeName, ObjectKey, OwnerRef, Pod, Record, Upserted, Workload
from nodeview.wire.writer import Allowed, Writer
from nodeview.wire.writer_answers import Standing
from tests.builders import a_node


class Book:
    """A journal that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[Entry] = []

    def write(self, entry: Entry) -> None:
        self.lines.append(entry)

    def close(self) -> None:
        pass


class Objects:
    """A server of a few objects, as the writer sees one. Writes fail as `failures` says, once each."""

    def __init__(self, **objects: Standing) -> None:
        self.objects = dict(objects)
        self.failures: list[NodeviewError] = []
        self.allowed: Callable[[str], Allowed] = lambda what: Allowed(True, "")
        self.did: list[tuple[str, str, bool]] = []
        """(what, name, dry) of every write that was asked for."""
        self._version = 100

    @property
    def writer(self) -> Writer:
        return cast(Writer, self)

    async def look(self, subject: Any) -> Standing | None:
        return self.objects.get(subject.name)

    async def patch_node(
        self,
        name: str,
        *,
        uid: str,
        version: str = "",
        cordon: bool | None = None,
        annotations: Mapping[str, str | None] | None = None,
        taints: Sequence[Mapping[str, Any]] | None = None,
        dry: bool = False,
    ) -> Standing:
        now = self._begin("patch", name, uid, dry)
        if version and version != now.version:
            raise api_error(409, "Conflict", "the object has been modified")
        notes = {**now.annotations, **(annotations or {})}
        after = replace(
            now,
            annotations={key: value for key, value in notes.items() if value is not None},
            unschedulable=now.unschedulable if cordon is None else cordon,
            taints=now.taints if taints is None else tuple(dict(one) for one in taints),
            cordoned_by="nodeview" if cordon else "" if cordon is False else now.cordoned_by,
        )
        return after if dry else self._keep(name, after)

    async def restart(self, subject: Any, when: str, *, dry: bool = False) -> Standing:
        now = self._begin("restart", subject.name, subject.uid, dry)
        after = replace(now, restarted_at=when, generation=now.generation + (when != now.restarted_at))
        return after if dry else self._keep(subject.name, after)

    async def evict(self, subject: Any, *, dry: bool = False) -> None:
        self._begin("evict", subject.name, subject.uid, dry)
        if not dry:
            self.objects.pop(subject.name)

    async def delete_claim(self, subject: Any, *, dry: bool = False) -> None:
        self._begin("delete-claim", subject.name, subject.uid, dry)
        if not dry:
            self.objects.pop(subject.name)

    async def may(self, verb: str, group: str, resource: str, **more: str) -> Allowed:
        return self.allowed(f"{verb} {resource}")

    def _begin(self, what: str, name: str, uid: str, dry: bool) -> Standing:
        self.did.append((what, name, dry))
        if self.failures:
            raise self.failures.pop(0)
        now = self.objects.get(name)
        if now is None:
            raise api_error(404, "NotFound", f"{name} not found")
        if uid and uid != now.uid:
            raise api_error(409, "Conflict", "another uid")
        return now

    def _keep(self, name: str, after: Standing) -> Standing:
        self._version += 1
        self.objects[name] = replace(after, version=str(self._version))
        return self.objects[name]


def conflict() -> ApiError:
    """What a server says of a version that is not there any more."""
    return api_error(409, "Conflict", "the object has been modified")


class Rows:
    """A store that a test writes rows into."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.store = ClusterStore()
        self.now = now
        self._versions = 0
        self.workloads: dict[tuple[str, ObjectKey], Workload] = {}
        self.owners: dict[tuple[str, ObjectKey], OwnerRef] = {}
        for resource in (NODES, PODS):
            self.store.follow(resource)

    def put(self, row: Record) -> None:
        """A row as a watch tells it; workloads are put beside, since none of their streams is followed here."""
        if isinstance(row, Workload):
            before = self.workloads.get((row.kind, row.key))
            if row.kind == "ReplicaSet" and row.owner is not None:
                self.owners[row.kind, row.key] = row.owner
            self.workloads[row.kind, row.key] = row
            for fold in self._folds:
                fold.moved(before, row, self.now, live=True)
            return
        self._versions += 1
        resource = PODS if isinstance(row, Pod) else NODES
        self.store.apply(Upserted(resource, [row], [self._versions]), self.now)

    def gone(self, row: Record) -> None:
        """A row that a watch says is deleted."""
        from nodeview.records import Deleted

        self._versions += 1
        resource = PODS if isinstance(row, Pod) else NODES
        self.store.apply(Deleted(resource, row.key, row.uid, self._versions), self.now)

    _folds: tuple[Fold, ...] = ()

    def read(self) -> Snapshot:
        return replace(self.store.read(), workloads={**self.workloads}, owners={**self.owners})

    def listen(self, fold: Fold) -> Callable[[], None]:
        self._folds = (*self._folds, fold)
        return self.store.listen(fold)


def a_plan(*steps: Step, nodes: Sequence[str] = ("n1",), paths: Sequence[PodPath] = (), **said: Any) -> Plan:
    """A rotation of these nodes by these steps."""
    targets = tuple(Target(NodeName(name), f"uid-{name}", None, None, "", False) for name in nodes)
    return Plan("20261121-plan", "rotation", "rotate", "ctx", "here", 0.0, targets, steps, tuple(paths), **said)


def node_subject(name: str = "n1") -> Subject:
    """A node as steps name it."""
    return Subject("Node", name, uid=f"uid-{name}")


def rows_with(*names: str) -> Rows:
    """A store with these nodes."""
    rows = Rows()
    for name in names:
        rows.put(a_node(name))
    return rows
