"""What Karpenter said last of why it leaves a node alone, as far as that still holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import msgspec

from nodeview.insights.staying_pods import DO_NOT_DISRUPT, kept_until
from nodeview.insights.staying_reason import Stay
from nodeview.records import ClusterEvent, Pod
from nodeview.scheduling import BudgetIndex
from nodeview.views import printable, shorten_end

_SAID = frozenset(("Unconsolidatable", "DisruptionBlocked", "DeprovisioningBlocked"))
_BLOCKERS = re.compile(r"(?:pod=|poddisruptionbudget(?:\(s\))?=\[|pod \"|pdb \")([^\]\")]+)", re.IGNORECASE)
_NAMES = re.compile(r"[a-z0-9-]+/[a-z0-9.-]+")
_PREFIX = re.compile(r"^Cannot (?:disrupt|deprovision) (?:Node(?:Claim)?|Machine): ", re.IGNORECASE)
_EMPTY_WORDS = (
    "node is deleting or marked for deletion",
    "node isn't initialized",
    "nodeclaim does not have an associated node",
)
"""True while it is said, and no reason to stay."""
_LONGEST = 200
_NOT_EMPTY = "node is not empty"
_NOMINATED = "nominated for a pending pod"
_NOMINATED_S = 150.0
"""A nomination lasts some twenty seconds; where it goes on, Karpenter says so again after two minutes."""


def named_in(message: str) -> tuple[str, ...]:
    """The pods and budgets that a message of Karpenter names, as `namespace/name`, in any wording since v0.31."""
    found: dict[str, None] = {}
    for part in _BLOCKERS.findall(message):
        found.update(dict.fromkeys(_NAMES.findall(part)))
    return tuple(found)


class Word(msgspec.Struct, frozen=True, eq=False):
    """A reason in Karpenter's own words."""

    stay: Stay
    asking: tuple[Pod, ...] = ()
    """The pods of the node of whose annotation it speaks."""
    budgets: tuple[str, ...] = ()
    """The PodDisruptionBudgets that it names, as `namespace/name`."""
    before: Word | None = None
    """What it said before: that is true again when this is over, and is seldom said twice."""

    @property
    def of_pods(self) -> bool:
        """It speaks of pods on the node: once it is empty, that is over."""
        return bool(self.budgets) or _NOT_EMPTY in self.stay.words

    def holds(self, budgets: BudgetIndex, now: float) -> bool:
        """Whether what it speaks of is so still: an annotation ends, a budget has something to give again."""
        if self.stay.reason == "nominated" and self.stay.since is not None and now >= self.stay.since + _NOMINATED_S:
            return False
        if self.asking:
            return any((kept_until(pod) or 0.0) > now for pod in self.asking)
        return not self.budgets or any(budgets.is_spent(name) for name in self.budgets)


def last_word(said: Iterable[ClusterEvent], pods: Iterable[Pod], budgets: Collection[str]) -> Word | None:
    """The newest of Karpenter's own reasons; None where it gave none, or speaks only of what is not there any more.

    `pods` are those of the node, `budgets` those of the cluster, as `namespace/name`.
    """
    told = sorted((one for one in said if one.reason in _SAID), key=lambda one: one.at or 0)
    if not told:
        return None
    word = _word(told[-1], pods, budgets)
    if word is None or word.stay.reason != "nominated":
        return word
    others = [one for one in told if _NOMINATED not in one.message]
    return msgspec.structs.replace(word, before=last_word(others, pods, budgets))


def _word(newest: ClusterEvent, pods: Iterable[Pod], budgets: Collection[str]) -> Word | None:
    words = _PREFIX.sub("", newest.message.strip())
    named = named_in(words)
    if not words or words.lower().startswith(_EMPTY_WORDS):
        return None
    of_budgets = tuple([one for one in named if one in budgets and "pod=" not in words.lower()])
    here = [pod for pod in pods if f"{pod.namespace}/{pod.name}" in named] if named and not of_budgets else []
    if named and not here and not of_budgets:
        return None
    nominated = _NOMINATED in words
    text = f"Karpenter: {shorten_end(printable(words), _LONGEST)}"
    at = None if newest.at is None else float(newest.at)
    stay = Stay("nominated" if nominated else "karpenter", text, since=at)
    return Word(stay, tuple(here) if DO_NOT_DISRUPT in words else (), of_budgets)
