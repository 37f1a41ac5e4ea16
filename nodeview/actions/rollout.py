"""How far a workload's rollout is, by the words of `kubectl rollout status`."""

from __future__ import annotations

import msgspec

from nodeview.records import Rolling, Workload


class RolloutState(msgspec.Struct, frozen=True):
    """Whether a rollout is over, or will never be."""

    done: bool
    words: str
    """`4 of 6 updated`, `all 6 are new and available`."""
    failed: str = ""
    """Why it does not get on, as a sentence; empty where it does."""
    unwatched: str = ""
    """Why its end cannot be seen (`OnDelete`): done, as kubectl has it, and nothing is replaced."""


def rollout_state(workload: Workload, generation: int | None = None) -> RolloutState:
    """How far it is. `generation` is what the API server answered to the last change of ours: what was seen of the
    workload before its controller looked at that one says nothing."""
    rolling = workload.rolling
    if rolling is None:
        return RolloutState(False, "how it rolls is not known")
    needed = max(rolling.generation, generation or 0)
    if workload.kind == "StatefulSet":
        return _stateful_set(rolling, needed)
    if workload.kind == "DaemonSet":
        return _daemon_set(rolling, needed)
    if workload.kind == "Rollout":
        return _argo_rollout(rolling, needed)
    return _deployment(workload, rolling, needed)


def is_rolling(workload: Workload) -> bool:
    """Whether a rollout is in flight now, and gets on. All that lacks of one that is over is pods that failed since."""
    rolling = workload.rolling
    state = rollout_state(workload)
    if rolling is None or state.done or state.failed:
        return False
    if rolling.generation > rolling.observed_generation:
        return True
    wanted = rolling.replicas if rolling.replicas is not None else 1
    if workload.kind == "StatefulSet":
        due = wanted - (rolling.partition or 0)
        going = rolling.update_revision != rolling.current_revision
        return going and (rolling.updated < due or (not rolling.partition and rolling.ready < wanted))
    if workload.kind == "Rollout":
        return rolling.restarted_at != rolling.settled_at
    if rolling.updated < wanted or (workload.kind == "Deployment" and rolling.current > rolling.updated):
        return True
    progressing = rolling.condition("Progressing")
    return progressing is not None and progressing.reason == "ReplicaSetUpdated"


_UNSEEN = RolloutState(False, "not seen by its controller yet")


def _deployment(workload: Workload, rolling: Rolling, needed: int) -> RolloutState:
    if needed > rolling.observed_generation:
        return _UNSEEN
    progressing = rolling.condition("Progressing")
    if progressing is not None and progressing.reason == "ProgressDeadlineExceeded":
        return RolloutState(False, "stuck", f"deployment/{workload.name} exceeded its progress deadline.")
    wanted = rolling.replicas
    if wanted is not None and rolling.updated < wanted:
        return RolloutState(False, f"{rolling.updated} of {wanted} updated")
    if rolling.current > rolling.updated:
        return RolloutState(False, f"{rolling.current - rolling.updated} old pods left")
    if rolling.available < rolling.updated:
        return RolloutState(False, f"{rolling.available} of {rolling.updated} new pods available")
    return RolloutState(True, f"all {rolling.updated} are new and available")


def _stateful_set(rolling: Rolling, needed: int) -> RolloutState:
    if rolling.strategy != "RollingUpdate":
        return _unwatched(rolling)
    if not rolling.observed_generation or needed > rolling.observed_generation:
        return _UNSEEN
    wanted = rolling.replicas
    if wanted is not None and rolling.ready < wanted:
        return RolloutState(False, f"{rolling.ready} of {wanted} ready")
    if rolling.tuned:
        if wanted is not None and rolling.partition is not None and rolling.updated < wanted - rolling.partition:
            return RolloutState(False, f"{rolling.updated} of {wanted - rolling.partition} updated")
        return RolloutState(True, f"{rolling.updated} are new")
    if rolling.update_revision != rolling.current_revision:
        return RolloutState(False, f"{rolling.updated} updated, going to {rolling.update_revision}")
    return RolloutState(True, f"all {rolling.current} are new")


def _daemon_set(rolling: Rolling, needed: int) -> RolloutState:
    if rolling.strategy != "RollingUpdate":
        return _unwatched(rolling)
    if needed > rolling.observed_generation:
        return _UNSEEN
    wanted = rolling.replicas or 0
    if rolling.updated < wanted:
        return RolloutState(False, f"{rolling.updated} of {wanted} updated")
    if rolling.available < wanted:
        return RolloutState(False, f"{rolling.available} of {wanted} available")
    return RolloutState(True, f"all {rolling.updated} are new and available")


def _argo_rollout(rolling: Rolling, needed: int) -> RolloutState:
    if needed > rolling.observed_generation:
        return _UNSEEN
    if rolling.restarted_at and rolling.settled_at != rolling.restarted_at:
        return RolloutState(False, f"restarting since {rolling.restarted_at}")
    wanted = rolling.replicas
    if wanted is not None and rolling.available < wanted:
        return RolloutState(False, f"{rolling.available} of {wanted} available")
    return RolloutState(True, f"restarted at {rolling.settled_at}" if rolling.settled_at else "nothing is restarting")


def _unwatched(rolling: Rolling) -> RolloutState:
    return RolloutState(True, "done", unwatched=f"Its strategy is {rolling.strategy}: nothing is replaced by itself.")
