"""Diagnoses made by hand."""

from __future__ import annotations

from typing import Any

from nodeview.diagnosis import WANTS, Check, Diagnosis, Permission, Reached, Want
from nodeview.frame import Credential, Identity
from nodeview.records import ServerVersion
from tests.builders import NOW

WORDS = 'pods is forbidden: User "viewer" cannot list resource "pods" in API group "" at the cluster scope'
TERMINAL = Check("terminal", "ok", "120 × 40, 16 million colours, unicode")


def want(id: str, purpose: str = "watching") -> Want:
    """The want of this resource."""
    return next(one for one in WANTS if (one.id, one.purpose) == (id, purpose))


def a_diagnosis(*changed: Permission, **overrides: Any) -> Diagnosis:
    """A cluster without extensions on which everything else is allowed, but for what is given."""
    by_want = {one.want: one for one in changed}
    permissions = tuple(
        by_want.get(one, Permission(one, "absent", reason="not installed") if one.optional else _allowed(one))
        for one in WANTS
    )
    identity = Identity(
        "prod-blue",
        "prod",
        "https://example.invalid",
        ServerVersion(1, 34, "v1.34.2"),
        credential=Credential("token"),
    )
    said: dict[str, Any] = {
        "at": NOW,
        "source": "/home/anna/.kube/config",
        "identity": identity,
        "reached": Reached("answered", "", 0.12, 0.003, 0.2),
        "user": "system:serviceaccount:ops:viewer",
        "groups": ("system:authenticated",),
        "permissions": permissions,
        "here": (TERMINAL,),
        **overrides,
    }
    return Diagnosis(**said)


def _allowed(one: Want) -> Permission:
    return Permission(one, "allowed", served=("v1",), count=42 if one.purpose == "watching" else None)


def refused(id: str, *verbs: str, purpose: str = "watching", reason: str = "") -> Permission:
    """These verbs of it are refused; all where none are named."""
    one = want(id, purpose)
    return Permission(one, "refused", verbs or one.verbs, reason, ("v1",))
