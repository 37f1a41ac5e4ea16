"""What a plan has to ask for, since no stream tells it: who serves from where, what may be written, what is refused."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.actions.plan import Plan
from nodeview.records import NodeName, ObjectKey


class Served(msgspec.Struct, frozen=True):
    """A Service, and where its ready endpoints are."""

    service: ObjectKey
    nodes: tuple[NodeName | None, ...]
    """One for each ready endpoint; None where it is on no node."""


class Access(msgspec.Struct, frozen=True):
    """Something that a plan would do, as an access review asks for it."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = ""

    @property
    def words(self) -> str:
        """`patch nodes`, `create pods/eviction in shop`."""
        resource = ".".join(filter(None, (self.resource, self.group)))
        what = f"{resource}/{self.subresource}" if self.subresource else resource
        return f"{self.verb} {what}" + (f" in {self.namespace}" if self.namespace else "")


class Review(msgspec.Struct, frozen=True):
    """What the API server answered to an access review."""

    access: Access
    allowed: bool
    reason: str = ""
    """In its own words."""


class Refusal(msgspec.Struct, frozen=True):
    """A write that a dry run on the server refused."""

    subject: str
    """`shop/checkout`, `ip-10-0-0-7`."""
    reason: str
    """In its own words."""


class PlanFacts(msgspec.Struct, frozen=True):
    """What was asked when a plan was made. None: not asked, or not answered, and the plan says so."""

    services: tuple[Served, ...] | None = None
    reviews: tuple[Review, ...] | None = None
    refusals: tuple[Refusal, ...] | None = None
    """What a dry run of each write refused; empty where all were taken."""
    why_not: Mapping[str, str] = {}
    """`services`, `reviews`, `refusals` → why there is no answer; not there where nobody asked."""


NOTHING_ASKED = PlanFacts()

_WRITES: Mapping[str, tuple[str, str]] = {
    "Deployment": ("apps", "deployments"),
    "StatefulSet": ("apps", "statefulsets"),
    "DaemonSet": ("apps", "daemonsets"),
    "Rollout": ("argoproj.io", "rollouts"),
}


def accesses_of(plan: Plan) -> tuple[Access, ...]:
    """All that carrying it out needs, each once, in a settled order; what undoes it needs no more."""
    found: dict[Access, None] = {}
    for step in plan.steps:
        if not step.writes:
            continue
        subject = step.subject
        if step.verb == "restart" and subject.kind in _WRITES:
            group, resource = _WRITES[subject.kind]
            found[Access("patch", group, resource, namespace=subject.namespace)] = None
        elif step.verb == "evict":
            found[Access("create", "", "pods", "eviction", subject.namespace)] = None
        elif step.verb == "delete-claim":
            found[Access("delete", subject.group or "karpenter.sh", "nodeclaims")] = None
        else:
            found[Access("patch", "", "nodes")] = None
    return tuple(sorted(found, key=lambda one: (one.namespace, one.group, one.resource, one.verb)))
