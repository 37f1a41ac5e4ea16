"""One Kubernetes resource: where its API lives, and how one of it is read from bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, NewType, Protocol, TypeVar

import msgspec

NodeName = NewType("NodeName", str)
"""A node's `metadata.name`, which is also what a bound pod's `spec.nodeName` says."""


class ObjectKey(NamedTuple):
    """Names one object of a resource; `namespace` is empty for cluster-scoped ones."""

    namespace: str
    name: str


class ServerVersion(NamedTuple):
    """The API server's version; some sums depend on it."""

    major: int
    minor: int
    text: str


class Record(Protocol):
    """What Kubernetes said of one object, as a value: equal records say the same."""

    @property
    def key(self) -> ObjectKey: ...
    @property
    def uid(self) -> str: ...


R = TypeVar("R", bound=Record)


class Batch(msgspec.Struct, Generic[R], frozen=True):
    """Objects read together. `versions[i]` is the resource version of `records[i]`, 0 where it is none.

    `unread` says, a sentence each, which objects could not be read at all; the others are there.
    """

    records: Sequence[R]
    versions: Sequence[int]
    unread: Sequence[str] = ()


class Reader(Protocol[R]):
    """Reads objects of one resource; it remembers what repeats, so one reader serves one stream."""

    def __call__(self, array: bytes) -> Batch[R]:
        """Read a JSON array of objects. One bad object spoils none of its neighbours."""
        ...


class Resource(msgspec.Struct, Generic[R], frozen=True, eq=False):
    """One Kubernetes resource. Compared by identity: there is one value per resource in the program."""

    group: str
    versions: tuple[str, ...]
    """Served versions that the reader understands, the newest first."""
    plural: str
    reader: Callable[[ServerVersion], Reader[R]]
    optional: bool = False
    """A CRD that may not be installed: absence is a state, not a failure."""
    field_selector: str = ""
    namespace: str = ""
    """Only this one is listed and watched; empty for all."""

    @property
    def id(self) -> str:
        """`pods`, `nodeclaims.karpenter.sh`: as kubectl and RBAC messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, version: str) -> str:
        """Where all of it is listed and watched, across namespaces unless it has its own."""
        prefix = f"/apis/{self.group}/{version}" if self.group else f"/api/{version}"
        return f"{prefix}/namespaces/{self.namespace}/{self.plural}" if self.namespace else f"{prefix}/{self.plural}"
