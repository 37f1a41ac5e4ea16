"""Where a NodeClaim stands that has no node yet: what it waits for, why it hangs, and when Karpenter gives it up."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.provisioners.conditions import find, is_true, last_stage, moment_of, words_of
from nodeview.provisioners.phase import Standing
from nodeview.provisioners.proofs import Proof, of_condition, of_leaving_claim
from nodeview.records import Condition, NodeClaim

ClaimStep = Literal["launching", "failed", "launched", "registered", "deleting"]

LAUNCH_S = 5 * 60
"""Seconds without an instance after which Karpenter deletes a claim (`launch_timeout`)."""
REGISTRATION_S = 15 * 60
"""Seconds without a registered node after which it does (`registration_timeout`)."""
SLOW_S = 2 * 60
"""Seconds after which waiting deserves to be said with its length."""
_NO_NEWS = ("", "AwaitingReconciliation")


class ClaimStanding(msgspec.Struct, frozen=True, gc=False):
    """What a claim without a node waits for."""

    step: ClaimStep
    standing: Standing
    gives_up_at: float | None = None
    """When Karpenter deletes it if nothing comes of it, epoch seconds; None where it waits for good."""
    slow_from: float | None = None
    """When its waiting becomes remarkable, epoch seconds."""


def standing_of_claim(claim: NodeClaim, *, elsewhere: str = "", event: str = "") -> ClaimStanding:
    """Where this claim stands. `elsewhere` says why the node it names is not its own, and `event` what was last said
    of its launch.
    """
    if claim.deleted is not None:
        reason = last_stage(claim) or "its NodeClaim is being deleted"
        standing = Standing("deleting", reason, None, float(claim.deleted), None, of_leaving_claim(claim))
        return ClaimStanding("deleting", standing)
    launched, registered = find(claim.conditions, "Launched"), find(claim.conditions, "Registered")
    ends = _since(claim, registered) + REGISTRATION_S
    slow = claim.created + SLOW_S
    if launched is None or launched.status != "True":
        ends = min(ends, _since(claim, launched) + LAUNCH_S)
        words = words_of(launched) if launched is not None and launched.reason not in _NO_NEWS else event
        if not words:
            return _made("launching", claim, "waiting for its instance to launch", launched, ends, slow)
        return _made("failed", claim, f"not launched: {words}", launched, ends, slow)
    if registered is not None and registered.status == "True":
        where = elsewhere or (f"its node {claim.node} is not there" if claim.node else "its node is not there")
        return _made("registered", claim, where, registered, None, None)
    return _made("launched", claim, elsewhere or _awaited(registered), registered or launched, ends, slow)


def phase_of_claim(claim: NodeClaim) -> Standing:
    """The phase of a NodeClaim that has no node yet: arriving, by what it waits for, or deleting."""
    return standing_of_claim(claim).standing


def leaves_unseen_until(claim: NodeClaim, seconds: float) -> float | None:
    """A claim whose node has gone is finished in a moment: until when that is no news; None where it is none of these.

    Epoch seconds: so many after Karpenter began to terminate its instance.
    """
    if claim.deleted is None or not is_true(claim, "Registered"):
        return None
    return max(float(claim.deleted), moment_of(find(claim.conditions, "InstanceTerminating")) or 0.0) + seconds


def _awaited(registered: Condition | None) -> str:
    if registered is None or registered.reason in (*_NO_NEWS, "NodeNotFound"):
        return "launched, waiting for its node"
    if registered.reason == "RegistrationHookPending":
        return f"launched, waiting for registration hooks: {registered.message}".rstrip(": ")
    return f"launched, not registered: {words_of(registered)}"


def _made(
    step: ClaimStep, claim: NodeClaim, reason: str, said: Condition | None, ends: float | None, slow: float | None
) -> ClaimStanding:
    proof: Proof = of_condition(said, "NodeClaim ") if said else (f"NodeClaim {claim.name} bears no condition", None)
    standing = Standing("arriving", reason, None, float(claim.created), None, (proof,))
    return ClaimStanding(step, standing, ends, slow)


def _since(claim: NodeClaim, said: Condition | None) -> float:
    return moment_of(said) or float(claim.created)
