"""Checks of single pods: who has nobody to bring it back, who ends by itself, who asks to be left alone, whose data
stays behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nodeview.actions.scope import Affected, Leaving
from nodeview.actions.system import is_system
from nodeview.actions.verdict import PAUSE, Found, Sight, counted, listed
from nodeview.records import ObjectKey, Pod, VolumeClaim, duration_seconds
from nodeview.views import shorten_end

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
_ZONES = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone")


def bare(sight: Sight) -> Iterator[Found]:
    """R2: pods without a controller."""
    for one in sight.scope.leaving:
        if one.lineage.manner == "bare" and one.path in ("blocked", "evict"):
            yield Found("block", one.name, "it has no controller: nothing would bring it back")


def jobs(sight: Sight) -> Iterator[Found]:
    """R3: work that ends by itself."""
    for name, some in _by_owner(one for one in sight.scope.leaving if one.lineage.manner == "job").items():
        here = [one for one in some if one.path in ("job", "evict")]
        if here and here[0].path == "evict":
            yield Found("warn", name, f"{counted(len(here), 'pod')} of {here[0].lineage.words} begin anew, as accepted")
        elif here:
            ended = "it has ended" if len(here) == 1 else "they have ended"
            words = f"{counted(len(here), 'pod')} of {here[0].lineage.words}: waited for until {ended}"
            yield Found("warn", name, words)


def taken_by_nobody(sight: Sight) -> Iterator[Found]:
    """R2 too: pods whose controller takes no restart, or is not known."""
    stuck = (one for one in sight.scope.on("blocked") if one.lineage.manner in ("custom", "restart"))
    unknown = (one for one in stuck if one.lineage.manner == "custom" or one.lineage.unknown)
    for name, some in _by_owner(unknown).items():
        where = f"{counted(len(some), 'pod')}: {some[0].reason}"
        yield Found("block", name, f"{where}; --evict-rest would evict {'it' if len(some) == 1 else 'them'}")


def wishes(sight: Sight) -> Iterator[Found]:
    """R10: pods that ask autoscalers to let them be."""
    now = sight.scope.now
    for one in sight.scope.affected:
        asking = [key for pod in one.here if (key := wish_of(pod, now))]
        if asking:
            ask = "asks" if len(asking) == 1 else "ask"
            words = f"{counted(len(asking), 'pod')} here {ask} to be left alone ({asking[0]}); a restart asks nobody"
            yield Found("warn", one.name, words)
    for gone in sight.scope.on("evict"):
        key = wish_of(gone.pod, now)
        if key:
            yield Found("block", gone.name, f"{key} asks to let it be, and it would be evicted")
    for job in sight.scope.on("job"):
        key = wish_of(job.pod, now)
        if key:
            yield Found("warn", job.name, f"{key} keeps its node until it has ended")
    for daemon in sight.scope.on("daemon", "static"):
        if dict(daemon.pod.wishes).get(DO_NOT_DISRUPT) and daemon.pod.node in sight.removal:
            key = wish_of(daemon.pod, now)
            if key:
                yield Found("block", daemon.name, f"{key} on a pod that stays: its node would never be taken away")


def wish_of(pod: Pod, now: float) -> str:
    """The annotation, or label, by which this pod asks to be left alone now; empty where it does not."""
    for key, value in pod.wishes:
        if key == DO_NOT_DISRUPT and _disrupts_not(pod, value, now):
            return f"{key}={value}" if value != "true" else key
        if key in ("karpenter.sh/do-not-evict", "spotinst.io/restrict-scale-down") and value == "true":
            return key
        if key == "cluster-autoscaler.kubernetes.io/safe-to-evict" and value == "false":
            return f"{key}=false"
    return ""


def _disrupts_not(pod: Pod, value: str, now: float) -> bool:
    """True, or for so long after it began; what is neither, Karpenter ignores."""
    if value == "true":
        return True
    length = duration_seconds(value)
    return bool(length) and length is not None and (pod.began_at is None or now < pod.began_at + length)


def data(sight: Sight) -> Iterator[Found]:
    """R12: data that does not come along."""
    for one in sight.scope.affected:
        words = [*_local(one.here), *_claimed(one, sight)]
        if words:
            yield Found("warn", one.name, "; ".join(words))
    for name, some in _by_owner(sight.scope.on("evict")).items():
        words = _local(tuple(one.pod for one in some))
        if words:
            yield Found("warn", name, "; ".join(words))


def _local(pods: tuple[Pod, ...]) -> list[str]:
    names = listed(sorted({name for pod in pods for name in pod.local_volumes}))
    words = [f"what is in emptyDir {names} is lost"] if names else []
    return words + (["it mounts paths of its node"] if any(pod.shape.host_paths for pod in pods) else [])


def _claimed(one: Affected, sight: Sight) -> Iterator[str]:
    volumes = sight.scope.snapshot.volumes
    zones: dict[str, None] = {}
    single = False
    for pod in one.here:
        for name in pod.claims:
            claim = volumes.claims.get(ObjectKey(pod.namespace, name))
            volume = volumes.of(ObjectKey(pod.namespace, name))
            single = single or _is_single(claim)
            if volume is not None and volume.local:
                yield f"volume {volume.name} lies on one node's own disk: its pod can run nowhere else"
            elif volume is not None:
                terms = volume.node_terms or ()
                rules = (rule for term in terms for rule in term.labels if rule.key in _ZONES)
                zones.update(dict.fromkeys(value for rule in rules for value in rule.values))
    if zones:
        yield f"its volumes can be mounted in {listed(sorted(zones))} only: room is needed there"
    if single and one.surges and one.posts.surge:
        yield "its volume is mounted on one node at a time (ReadWriteOnce): a new pod waits for the old one to go"


def _is_single(claim: VolumeClaim | None) -> bool:
    modes = claim.access_modes if claim is not None else ()
    return bool(modes) and all(mode in ("ReadWriteOnce", "ReadWriteOncePod") for mode in modes)


def _by_owner(some: Iterable[Leaving]) -> dict[str, list[Leaving]]:
    """By what a person would name: the controller, or the pod itself."""
    found: dict[str, list[Leaving]] = {}
    for one in some:
        subject = one.lineage.subject
        found.setdefault(f"{subject.namespace}/{subject.name}" if subject else one.name, []).append(one)
    return found


def system(sight: Sight) -> Iterator[Found]:
    """R20: what the rotation itself hangs on."""
    for one in sight.scope.affected:
        if one.system:
            yield Found("warn", one.name, "the cluster, and this rotation, hang on it: restarted last, by itself")
    for gone in sight.scope.on("evict", "blocked"):
        subject = gone.lineage.subject
        if subject is not None and is_system(subject, gone.pod):
            yield Found("warn", gone.name, "the cluster, and this rotation, hang on it, and no restart moves it")


def budgets(sight: Sight) -> Iterator[Found | None]:
    """R9: PodDisruptionBudgets. Evictions ask them; a rollout does not."""
    index = sight.scope.budgets
    for count, one in enumerate(sight.scope.affected):
        if count % PAUSE == PAUSE - 1:
            yield None
        blocked = [found for pod in one.here if (found := index.eviction_of(pod)).block]
        if not blocked:
            continue
        if one.workload.kind == "Rollout":
            words = f"{blocked[0].proof}; Argo Rollouts restarts by eviction, which asks it"
            yield Found("block" if blocked[0].evictable == "never" else "warn", one.name, words)
        else:
            yield Found("warn", one.name, f"{blocked[0].proof}; a restart does not ask it")
    for name, some in _by_owner(sight.scope.on("evict", "balloon")).items():
        refused = [found for gone in some if (found := index.eviction_of(gone.pod)).block]
        if refused:
            yield Found("block", name, shorten_end(f"{refused[0].proof}; an eviction would be refused", 200))
