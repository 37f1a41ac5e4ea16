"""Why no node takes a pod, in the words of a person: `no node has 4 vCPU free; 3 have the taint dedicated=gpu`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from nodeview.records import Amounts
from nodeview.views.fit_error import Cause, CauseKind, FitError, Preemption
from nodeview.views.text import amount, in_bytes, printable

_OF_LABEL: Mapping[str, tuple[str, str, str]] = {
    "topology.kubernetes.io/zone": ("is in another zone", "are in another zone", "no node is in its zone"),
    "topology.kubernetes.io/region": ("is in another region", "are in another region", "no node is in its region"),
    "kubernetes.io/arch": (
        "is of another architecture",
        "are of another architecture",
        "no node is of its architecture",
    ),
    "kubernetes.io/os": ("runs another system", "run another system", "no node runs its system"),
    "kubernetes.io/hostname": ("is another node", "are other nodes", "the node it asks for is not there"),
    "node.kubernetes.io/instance-type": ("is of another type", "are of another type", "no node is of its type"),
    "karpenter.sh/nodepool": ("is of another pool", "are of another pool", "no node is of its pool"),
    "eks.amazonaws.com/nodegroup": ("is of another node group", "are of another node group", "no node is of its group"),
    "karpenter.sh/capacity-type": (
        "is of another capacity type",
        "are of another capacity type",
        "no node is of its capacity type",
    ),
}
"""Labels that pods select nodes by, and how one node, several or all of them miss."""
_SELECTOR = (
    "does not match its node selector or affinity",
    "do not match its node selector or affinity",
    "no node matches its node selector or affinity",
)
_WORDS: Mapping[tuple[CauseKind, str], tuple[str, str, str]] = {
    ("pods", ""): (
        "holds as many pods as it may",
        "hold as many pods as they may",
        "every node holds as many pods as it may",
    ),
    ("taint", ""): (
        "has a taint it does not tolerate",
        "have taints it does not tolerate",
        "every node has a taint it does not tolerate",
    ),
    ("unschedulable", ""): ("is cordoned", "are cordoned", "every node is cordoned"),
    ("spread", ""): (
        "would break its topology spread",
        "would break its topology spread",
        "every node would break its topology spread",
    ),
    ("spread", "label"): (
        "lacks the label it spreads over",
        "lack the label it spreads over",
        "no node has the label it spreads over",
    ),
    ("anti-affinity", ""): (
        "runs a pod it must be apart from",
        "run pods it must be apart from",
        "every node runs a pod it must be apart from",
    ),
    ("anti-affinity", "theirs"): (
        "runs a pod that must be apart from it",
        "run pods that must be apart from it",
        "every node runs a pod that must be apart from it",
    ),
    ("anti-affinity", "either"): (
        "does not match its pod affinity",
        "do not match its pod affinity",
        "no node matches its pod affinity",
    ),
    ("affinity", ""): (
        "does not run the pods it must be with",
        "do not run the pods it must be with",
        "no node runs the pods it must be with",
    ),
    ("ports", ""): ("has its host port taken", "have its host port taken", "every node has its host port taken"),
    ("node-name", ""): ("is not the node it names", "are not the node it names", "the node it names is not there"),
    ("volume", "elsewhere"): (
        "cannot reach its volume",
        "cannot reach its volume",
        "no node can reach its volume",
    ),
    ("volume", "none"): ("has no volume for it", "have no volume for it", "no node has a volume for it"),
    ("volume", "storage"): (
        "has not the storage for its volume",
        "have not the storage for its volume",
        "no node has the storage for its volume",
    ),
    ("volume", "full"): (
        "holds as many volumes as it may",
        "hold as many volumes as they may",
        "every node holds as many volumes as it may",
    ),
    ("volume", "in use"): ("has its volume in use", "have its volume in use", "its volume is in use"),
    ("volume", "lost"): (
        "waits for a volume that is gone",
        "wait for a volume that is gone",
        "its volume is gone",
    ),
    ("claim", ""): (
        "has not the devices it claims",
        "have not the devices it claims",
        "no node has the devices it claims",
    ),
}
"""Cause → how it is said of one node, of several, and of all there are."""
_PREEMPTION: Mapping[Preemption, str] = {
    "": "",
    "no-victims": "",
    "not-helpful": "",
    "never": "it may push nothing aside (preemptionPolicy Never)",
    "terminating": "pods are ending on the node it was promised",
    "other": "",
}


class FitWords(msgspec.Struct, frozen=True):
    """`phrases` are one fact each, the weightiest first; the first one is enough where there is little room."""

    phrases: tuple[str, ...]

    @property
    def lead(self) -> str:
        return self.phrases[0] if self.phrases else ""

    @property
    def sentence(self) -> str:
        return "; ".join(self.phrases)


def words_of_fit(fit: FitError, requests: Amounts) -> FitWords:
    """Say it; `requests` are the pod's own, for the scheduler does not say how much was lacking."""
    if not fit.nodes and not fit.causes and not fit.whole:
        return FitWords(("there is no node to run on",))
    phrases = list(cause_phrases(fit.causes, fit.nodes, requests))
    if fit.whole:
        phrases.insert(0, _of_whole_pod(fit.whole))
    if _PREEMPTION[fit.preemption]:
        phrases.append(_PREEMPTION[fit.preemption])
    return FitWords(tuple(phrases))


def cause_phrases(causes: Sequence[Cause], nodes: int, requests: Amounts) -> tuple[str, ...]:
    """Each cause as a phrase, what is lacking first, then the causes of most nodes."""
    lacks = sorted((one for one in causes if one.kind == "resource"), key=_most_first)
    others = sorted((one for one in causes if one.kind != "resource"), key=_most_first)
    open_to_it = nodes - sum(one.count for one in others)
    everywhere = [one for one in lacks if one.count >= open_to_it > 0]
    phrases = []
    if everywhere:
        wanted = " or ".join(asked(one.detail, requests) for one in everywhere)
        phrases.append(f"no node has {wanted} free{' for it' if others else ''}")
    too = " too" if everywhere else ""
    for one in lacks:
        if one not in everywhere:
            verb = "has" if one.count == 1 else "have"
            phrases.append(f"{one.count:,} {verb} less than {asked(one.detail, requests)} free{too}")
    return (*phrases, *(_phrase(one, nodes) for one in others))


def asked(resource: str, requests: Amounts) -> str:
    """What it asks for: `4 vCPU`, `8 GiB`, `2 nvidia.com/gpu`."""
    name = printable(resource)
    wanted = requests.get(resource)
    if not wanted:
        return f"enough {name}"
    if resource == "cpu":
        return f"{amount(resource, wanted)} vCPU"
    said = amount(resource, wanted).replace(".0 ", " ")
    if resource == "memory":
        return said
    return f"{said} of {name}" if in_bytes(resource) else f"{said} {name}"


def _most_first(cause: Cause) -> tuple[int, str, str]:
    return -cause.count, cause.kind, cause.detail


def _phrase(cause: Cause, nodes: int) -> str:
    if cause.kind == "other":
        return f"{cause.count:,} {printable(cause.detail)}"
    one, several, all_of_them = _forms(cause)
    if cause.count >= nodes > 0:
        return all_of_them
    return f"{cause.count:,} {one if cause.count == 1 else several}"


def _forms(cause: Cause) -> tuple[str, str, str]:
    detail = printable(cause.detail)
    if cause.kind == "taint" and detail:
        return f"has the taint {detail}", f"have the taint {detail}", f"every node has the taint {detail}"
    if cause.kind == "selector":
        return _of_selector(detail)
    return _WORDS.get((cause.kind, cause.detail)) or _WORDS[cause.kind, ""]


def _of_selector(detail: str) -> tuple[str, str, str]:
    if not detail:
        return _SELECTOR
    key = detail.partition(" ")[0]
    return _OF_LABEL.get(key) or (f"lacks {detail}", f"lack {detail}", f"no node has {detail}")


def _of_whole_pod(said: str) -> str:
    if said.startswith("pod has unbound immediate PersistentVolumeClaims"):
        return "its volume claim is not bound yet"
    return printable(said)
