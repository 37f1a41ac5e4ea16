"""Figures beside their budgets, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `budget` None means that it is only told."""

    name: str
    value: float
    unit: str
    budget: float | None
    beside: str = ""
    """Object sizes, TLS or plain, frames painted, bytes written: what the figure depends on."""

    @property
    def over(self) -> bool:
        return self.budget is not None and self.value > self.budget


@dataclass(frozen=True, slots=True)
class NotRun:
    """A figure that this machine could not give, and why."""

    name: str
    why: str


def rendered(figures: Sequence[Figure | NotRun]) -> str:
    """The table, a line each."""
    lines = [f"{'figure':<52} {'measured':>12} {'budget':>12}  beside"]
    for one in figures:
        if isinstance(one, NotRun):
            lines.append(f"{one.name:<52} {'not run':>12} {'':>12}  {one.why}")
            continue
        budget = f"≤ {one.budget:g} {one.unit}" if one.budget is not None else ""
        mark = "  OVER" if one.over else ""
        lines.append(f"{one.name:<52} {f'{one.value:.4g} {one.unit}':>12} {budget:>12}  {one.beside}{mark}")
    return "\n".join(lines)
