"""Which kubelets run in which pool: the overview for upgrades, pool by pool and version by version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from nodeview.provisioners import is_behind
from nodeview.records import ServerVersion
from nodeview.views.pool import PoolView
from nodeview.views.text import natural

_BUILD = re.compile(r"(v?\d+\.\d+(?:\.\d+)?)[-+].*")
_MINOR = re.compile(r"v?(\d+\.\d+)(?:\..*)?")
NO_VERSION = "not said"


class VersionColumn(msgspec.Struct, frozen=True):
    """Kubelets that are counted together."""

    title: str
    versions: frozenset[str]
    """As the kubelets say it."""
    is_control_plane: bool
    """Of the control plane's minor version."""
    behind: bool
    """A minor version or more below it."""


class VersionRow(msgspec.Struct, frozen=True):
    """One pool, or all of them: its nodes by the columns of the matrix."""

    name: str | None
    provisioner: str
    counts: tuple[int, ...]
    nodes: int
    behind: int | None
    """None where the control plane's version is not known."""

    @property
    def mixed(self) -> bool:
        """Not all of its kubelets are of one version."""
        return sum(1 for count in self.counts if count) > 1


class VersionMatrix(msgspec.Struct, frozen=True):
    """Pools with nodes against kubelet versions, the oldest first."""

    control_plane: ServerVersion | None
    columns: tuple[VersionColumn, ...]
    rows: tuple[VersionRow, ...]
    total: VersionRow


def version_matrix(pools: Iterable[PoolView], control_plane: ServerVersion | None, most: int = 8) -> VersionMatrix:
    """Count kubelets. Where there are more than `most` versions, those of one minor version are one column."""
    shown = [one for one in pools if one.tally.nodes]
    versions = sorted({version for one in shown for version in one.versions}, key=natural)
    columns = _columns(_titled(versions, most), control_plane)
    rows = tuple([_row(one.name, one.provisioner, [one.versions], columns, control_plane) for one in shown])
    total = _row(None, "", [one.versions for one in shown], columns, control_plane)
    return VersionMatrix(control_plane, columns, rows, total)


def short_version(version: str) -> str:
    """A kubelet's version without the build of who packed it: `v1.33.1` for `v1.33.1-eks-1a2b3c4`."""
    found = _BUILD.fullmatch(version)
    return found[1] if found else version or NO_VERSION


def minor_of(version: str) -> str:
    """`v1.33` for `v1.33.1-eks-1a2b3c4`; the version itself where it is none."""
    found = _MINOR.match(version)
    return f"v{found[1]}" if found else version or NO_VERSION


def _titled(versions: Sequence[str], most: int) -> Mapping[str, frozenset[str]]:
    """Title → versions: whole where short ones would hide a difference, short where not, minor ones where too many."""
    short = _gathered(versions, short_version)
    titled = {title: of for title, of in short.items() if len(of) == 1}
    titled |= {version: frozenset([version]) for of in short.values() if len(of) > 1 for version in of}
    for candidate in (titled, short, _gathered(versions, minor_of)):
        if len(candidate) <= most:
            return candidate
    return _gathered(versions, minor_of)


def _gathered(versions: Sequence[str], title: Callable[[str], str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for version in versions:
        found.setdefault(title(version), set()).add(version)
    return {name: frozenset(of) for name, of in found.items()}


def _columns(titled: Mapping[str, frozenset[str]], control_plane: ServerVersion | None) -> tuple[VersionColumn, ...]:
    minor = f"v{control_plane.major}.{control_plane.minor}" if control_plane is not None else ""
    columns = [
        VersionColumn(title, of, any(minor_of(one) == minor for one in of), _all_behind(of, control_plane))
        for title, of in titled.items()
    ]
    if minor and not any(one.is_control_plane for one in columns):
        columns.append(VersionColumn(minor, frozenset(), True, False))
    return tuple(sorted(columns, key=lambda one: natural(one.title)))


def _all_behind(versions: Iterable[str], control_plane: ServerVersion | None) -> bool:
    if control_plane is None:
        return False
    return all(is_behind(one, control_plane.major, control_plane.minor) for one in versions)


def _row(
    name: str | None,
    provisioner: str,
    counted: Iterable[Mapping[str, int]],
    columns: Sequence[VersionColumn],
    control_plane: ServerVersion | None,
) -> VersionRow:
    of = [*counted]
    counts = tuple([sum(said.get(version, 0) for said in of for version in one.versions) for one in columns])
    behind = sum(count for count, one in zip(counts, columns, strict=True) if one.behind)
    return VersionRow(name, provisioner, counts, sum(counts), behind if control_plane is not None else None)
