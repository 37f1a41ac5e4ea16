"""A cluster that lives: a clock, what is due when, and the controllers that act on the store in turn."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from typing import Any, Protocol

from nodeview.demo.objects import controller_of, event
from nodeview.demo.resources import EVENTS, NODES, PODS, Kind, Obj
from nodeview.demo.store import Key, Store, prune_events
from nodeview.demo.workloads import ALPHABET

TICK = 0.5
"""Seconds between two turns of the controllers."""
KEPT_EVENTS = 400


class Controller(Protocol):
    """A part of the control plane: looks at the store and brings it closer to what is asked for."""

    def step(self) -> None:
        """One turn."""


class World:
    """The moving cluster: the same seed, start and steps make the same objects."""

    def __init__(self, seed: int, started: float, speed: float = 1.0, window: int = 20_000):
        self.random = random.Random(f"world {seed}")
        self.store = Store(seed, window)
        self.started = started
        self.speed = speed
        self.elapsed = 0.0
        self.controllers: list[Controller] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._debt = 0.0
        self._groups: tuple[int, dict[str, list[Obj]]] = (-1, {})
        self._on: tuple[int, dict[str, list[Obj]]] = (-1, {})

    @property
    def now(self) -> float:
        """Seconds since the epoch, as the cluster's clocks show them: real time whatever the speed."""
        return self.started + self.elapsed / self.speed

    def step(self, seconds: float) -> None:
        """Let simulated time pass, in ticks of half a second."""
        self._debt += seconds
        while self._debt >= TICK - 1e-9:
            self._debt -= TICK
            self.elapsed += TICK
            while self._timers and self._timers[0][0] <= self.elapsed:
                heapq.heappop(self._timers)[2]()
            for controller in self.controllers:
                controller.step()
            prune_events(self.store, KEPT_EVENTS)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Have something done once some simulated seconds have passed."""
        self._order += 1
        heapq.heappush(self._timers, (self.elapsed + seconds, self._order, call))

    def between(self, low: float, high: float) -> float:
        """A duration drawn by the seed."""
        return self.random.uniform(low, high)

    def letters(self, count: int) -> str:
        """The random end of a generated name."""
        return "".join(self.random.choices(ALPHABET, k=count))

    def change(self, kind: Kind, key: Key, mutate: Callable[[Obj], Any]) -> Obj | None:
        """Write an object after changing a copy of it; None when it is no longer there."""
        entry = self.store[kind].entries.get(key)
        if entry is None:
            return None
        copy = entry.thaw()
        mutate(copy)
        return self.store.update(kind, copy)

    def say(self, about: Obj, reason: str, message: str, component: str, **words: Any) -> None:
        """Write an Event about an object."""
        name = f"{self.random.getrandbits(64):016x}"
        new = event(about, reason, message, self.now, name=name, component=component, **words)
        self.store.create(EVENTS, new, self.now)

    def pods_of(self, uid: str) -> list[Obj]:
        """The pods that a controller owns, terminating and finished ones included."""
        table = self.store[PODS]
        if self._groups[0] != table.version:
            groups: dict[str, list[Obj]] = {}
            for entry in table.entries.values():
                reference = controller_of(entry.obj)
                groups.setdefault(reference["uid"] if reference else "", []).append(entry.obj)
            self._groups = table.version, groups
        return self._groups[1].get(uid, [])

    def pods_on(self, node: str) -> list[Obj]:
        """The pods bound to a node; to no node, for an empty name."""
        table = self.store[PODS]
        if self._on[0] != table.version:
            groups: dict[str, list[Obj]] = {}
            for entry in table.entries.values():
                groups.setdefault(entry.obj["spec"].get("nodeName", ""), []).append(entry.obj)
            self._on = table.version, groups
        return self._on[1].get(node, [])

    def nodes(self) -> list[Obj]:
        """All nodes, to read only."""
        return self.store.objects(NODES)


def key_of(obj: Obj) -> Key:
    """The key under which an object is stored."""
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def finished(pod: Obj) -> bool:
    """Whether a pod has run to its end."""
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def terminating(obj: Obj) -> bool:
    """Whether an object's end has been asked for."""
    return "deletionTimestamp" in obj["metadata"]


def is_ready(pod: Obj) -> bool:
    """Whether a pod says it is ready."""
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions") or ())


def is_daemon(pod: Obj) -> bool:
    """Whether a pod belongs to a DaemonSet."""
    reference = controller_of(pod)
    return bool(reference and reference["kind"] == "DaemonSet")
