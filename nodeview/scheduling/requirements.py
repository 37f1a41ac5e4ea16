"""Whether labels and taints are as a selector, an affinity or a toleration asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nodeview.records import Node, NodeTerm, Pod, Requirement, Selector, Taint, Toleration

_FORBIDS = ("NoSchedule", "NoExecute")
_BOUNDS = {"Gt", "Lt", "Gte", "Lte"}
_MOST_DIGITS = 20


def meets(labels: Mapping[str, str], requirement: Requirement) -> bool:
    """Whether labels meet one requirement, as node affinity, pod selectors and Karpenter have it."""
    value, operator = labels.get(requirement.key), requirement.operator
    if operator == "In":
        return value is not None and value in requirement.values
    if operator == "NotIn":
        return value is None or value not in requirement.values
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    return value is not None and within(value, requirement)


def within(value: str, requirement: Requirement) -> bool:
    """Whether a number is beyond the one bound that the requirement names; False where either is no whole number."""
    number = whole(value)
    bound = whole(requirement.values[0]) if len(requirement.values) == 1 else None
    if number is None or bound is None or requirement.operator not in _BOUNDS:
        return False
    if requirement.operator == "Gt":
        return number > bound
    if requirement.operator == "Lt":
        return number < bound
    return number >= bound if requirement.operator == "Gte" else number <= bound


def whole(text: str) -> int | None:
    """A whole number as Go reads one; None where it is none."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Whether a label selector means these labels; None means nothing, an empty one all."""
    return selector is not None and all(meets(labels, one) for one in selector)


def unmet(pod: Pod, node: Node) -> str | None:
    """The first demand of the pod's node selector or affinity that the node does not meet, in words; None: all met."""
    labels = node.labels
    for key, value in pod.shape.node_selector:
        if labels.get(key) != value:
            return f"{key} in {value}"
    terms = pod.shape.placement.node_terms
    if terms is None or any(meets_term(node, one) for one in terms):
        return None
    return " or ".join(dict.fromkeys(first_unmet(node, one) for one in terms)) or "nothing"


def meets_term(node: Node, term: NodeTerm) -> bool:
    """Whether a node is as one alternative of a node affinity asks; an empty one is met by none."""
    if not term.labels and not term.fields:
        return False
    labels = node.labels
    return all(meets(labels, one) for one in term.labels) and all(_meets_field(node, one) for one in term.fields)


def _meets_field(node: Node, requirement: Requirement) -> bool:
    return meets({"metadata.name": node.name}, requirement)


def first_unmet(node: Node, term: NodeTerm) -> str:
    """What of an alternative the node does not meet, in words."""
    for one in term.labels:
        if not meets(node.labels, one):
            return in_words(one)
    return next((in_words(one) for one in term.fields if not _meets_field(node, one)), "nothing")


def in_words(requirement: Requirement) -> str:
    """A requirement as a person would write it: `zone in a, b`, `gpu exists`, `cores > 4`."""
    listed = ", ".join(requirement.values)
    words = {
        "In": f" in {listed}",
        "NotIn": f" not in {listed}",
        "Exists": " exists",
        "DoesNotExist": " does not exist",
        "Gt": f" > {listed}",
        "Lt": f" < {listed}",
        "Gte": f" ≥ {listed}",
        "Lte": f" ≤ {listed}",
    }
    return requirement.key + words.get(requirement.operator, f" {requirement.operator} {listed}")


def named_nodes(pod: Pod) -> frozenset[str] | None:
    """The nodes that the pod's affinity names in each of its alternatives; None where some alternative names none."""
    named: set[str] = set()
    terms = pod.shape.placement.node_terms
    for term in terms or ():
        lists = [one.values for one in term.fields if one.key == "metadata.name" and one.operator == "In"]
        if not lists:
            return None
        named.update(set.intersection(*map(set, lists)))
    return frozenset(named) if terms else None


def untolerated(taints: Iterable[Taint], tolerations: tuple[Toleration, ...]) -> Taint | None:
    """The first taint that keeps the pod away; one that only prefers keeps nobody away."""
    for taint in taints:
        if taint.effect in _FORBIDS and not any(tolerates(one, taint) for one in tolerations):
            return taint
    return None


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether this toleration bears with this taint."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator == "Equal" and toleration.value == taint.value


def taint_in_words(taint: Taint) -> str:
    """`key=value:effect`, as kubectl writes it."""
    return f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"
