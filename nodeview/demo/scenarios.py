"""What is played: which cluster stands at the beginning, and what happens to it."""

from __future__ import annotations

from typing import Protocol

from nodeview.demo.controllers import Budgets, DaemonSets, Jobs, NodeTaints, StatefulSets
from nodeview.demo.disruption import Disruption
from nodeview.demo.fleet import Fleet
from nodeview.demo.happenings import Happenings
from nodeview.demo.kubelet import Kubelets
from nodeview.demo.large import LargeWorld, Size
from nodeview.demo.provisioning import Provisioner
from nodeview.demo.rollouts import Rollouts
from nodeview.demo.roster import EVERYTHING
from nodeview.demo.scheduler import Scheduler
from nodeview.demo.storage import Storage
from nodeview.demo.store import Store
from nodeview.demo.world import World

SCENARIOS = ("quiet", "busy", "preemption", "consolidation", "upgrade", "large")
OPENING = 6.0
"""Simulated seconds that lie behind a cluster when it is first seen, so that it is seen moving."""


class Living(Protocol):
    """A world to serve: objects, a clock, and time that passes."""

    store: Store
    speed: float

    @property
    def now(self) -> float:
        """Seconds since the epoch."""

    def step(self, seconds: float) -> None:
        """Let simulated seconds pass."""


def build(
    scenario: str, seed: int, now: float, speed: float = 1.0, size: Size | None = None, window: int = 20_000
) -> Living:
    """The world of a scenario, standing and already moving."""
    if scenario == "large":
        return LargeWorld(seed, now, speed, size or Size(), window)
    return play(scenario, seed, now, speed, window)


def play(scenario: str, seed: int, now: float, speed: float = 1.0, window: int = 20_000) -> World:
    """The world of any scenario but ``large``."""
    world = World(seed, now - OPENING / speed, speed, window)
    Fleet(world, EVERYTHING).build()
    disruption, provisioner = Disruption(world), Provisioner(world)
    world.controllers = [
        Rollouts(world),
        DaemonSets(world),
        StatefulSets(world),
        Jobs(world),
        Scheduler(world),
        Storage(world),
        Kubelets(world),
        provisioner,
        NodeTaints(world),
        Budgets(world),
        disruption,
        Happenings(world, disruption, provisioner, scenario),
    ]
    world.step(OPENING)
    return world
