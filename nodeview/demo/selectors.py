"""Label and field selectors, read and refused as an API server does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nodeview.demo.resources import EVENTS, PODS, Kind, Obj
from nodeview.demo.status import bad_request

Test = Callable[[Obj], bool]

_SET = re.compile(r"^\s*([^\s,!=()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_EQUAL = re.compile(r"^\s*([^\s,!=()]+)\s*(==|!=|=)\s*([^\s,!=()]*)\s*$")
_EXISTS = re.compile(r"^\s*(!?)\s*([^\s,!=()]+)\s*$")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause of a label selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether labels meet this clause."""
        value = labels.get(self.key)
        if self.operator == "exists":
            return value is not None
        if self.operator == "absent":
            return value is None
        if self.operator == "in":
            return value is not None and value in self.values
        return value is None or value not in self.values


def _clauses(text: str) -> list[str]:
    """Split at the commas that are not between brackets."""
    return [part for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _requirement(clause: str) -> Requirement:
    found = _SET.match(clause)
    if found:
        values = tuple(value.strip() for value in found[3].split(","))
        return Requirement(found[1], found[2], values)
    found = _EQUAL.match(clause)
    if found:
        return Requirement(found[1], "notin" if found[2] == "!=" else "in", (found[3],))
    found = _EXISTS.match(clause)
    if found:
        return Requirement(found[2], "absent" if found[1] else "exists")
    words = clause.split()
    stray = words[1] if len(words) > 1 else clause.strip()
    raise bad_request(f"unable to parse requirement: found '{stray}', expected: in, notin, =, ==, !=, gt, lt")


def labels_test(text: str) -> Test | None:
    """A label selector as a test of objects; None when it selects all. Refuses with 400."""
    wanted = [_requirement(clause) for clause in _clauses(text)]
    if not wanted:
        return None
    return lambda obj: all(one.matches(obj["metadata"].get("labels") or {}) for one in wanted)


def match_labels(selector: Obj | None, labels: dict[str, str]) -> bool:
    """Whether a LabelSelector object selects labels; an empty one selects all, an absent one nothing."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    names = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "absent"}
    for one in selector.get("matchExpressions") or ():
        clause = Requirement(one["key"], names[one["operator"]], tuple(one.get("values") or ()))
        if not clause.matches(labels):
            return False
    return True


_POD_FIELDS = (
    "metadata.name", "metadata.namespace", "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
    "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
)  # fmt: skip
_EVENT_FIELDS = (
    "metadata.name", "metadata.namespace", "involvedObject.kind", "involvedObject.namespace",
    "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
    "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
)  # fmt: skip
_OWN_FIELDS = {PODS.plural: _POD_FIELDS, EVENTS.plural: _EVENT_FIELDS}
_OTHER = {
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "jobs": ("metadata.name", "metadata.namespace", "status.successful"),
    "replicasets": ("metadata.name", "metadata.namespace", "status.replicas"),
}


def field_of(obj: Obj, path: str) -> str:
    """A field as selectors compare it: text, empty where absent."""
    if path == "source":
        path = "source.component"
    value: object = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if path == "spec.unschedulable" and value is None:
        return "false"
    return "" if value is None else str(value)


def fields_test(kind: Kind, text: str) -> Test | None:
    """A field selector as a test of objects; None when it selects all. Refuses with 400."""
    known = _OWN_FIELDS.get(kind.plural) or _OTHER.get(kind.plural) or ("metadata.name", "metadata.namespace")
    wanted: list[tuple[str, bool, str]] = []
    for clause in text.split(","):
        if not clause.strip():
            continue
        found = re.fullmatch(r"([^=!]+?)(==|!=|=)(.*)", clause.strip())
        if not found:
            raise bad_request(f"invalid selector: '{clause}'; can't understand '{clause}'")
        path, operator, value = found.groups()
        if path not in known:
            raise bad_request(f"field label not supported: {path}")
        wanted.append((path, operator != "!=", value))
    if not wanted:
        return None
    return lambda obj: all((field_of(obj, path) == value) is equal for path, equal, value in wanted)


def all_of(*tests: Test | None) -> Test | None:
    """One test of several; None when none of them selects."""
    wanted = [test for test in tests if test]
    if not wanted:
        return None
    return lambda obj: all(test(obj) for test in wanted)
