"""Pools against kubelet versions."""

from __future__ import annotations

import pytest

from nodeview.records import ServerVersion
from nodeview.views.pool import PoolView, versions_of
from nodeview.views.pool_versions import minor_of, short_version, version_matrix
from nodeview.views.tallies import kind_of, leaf_of, total
from tests.views.build import labels, view

CONTROL_PLANE = ServerVersion(1, 34, "v1.34.2-eks-abc")


def pool(name: str | None, **versions: int) -> PoolView:
    """A pool of so many kubelets of each version, written with underscores."""
    leaves = []
    for word, count in versions.items():
        version = word.replace("__", "-").replace("_", ".")
        views = [
            view(f"{name}-{word}-{number}", kubelet_version=version, labels=labels(pool=name or ""))
            for number in range(count)
        ]
        leaves += [leaf_of(kind_of(one), [one], ("cpu",)) for one in views]
    return PoolView(name, "karpenter", total(leaves, ("cpu",)), versions_of(leaves), None, tuple(leaves))


def test_pools_against_versions_with_the_control_planes_marked() -> None:
    pools = [pool("api", v1_33_1__eks__a=2, v1_34_1__eks__b=1), pool("web", v1_34_1__eks__b=4), pool("empty")]
    matrix = version_matrix(pools, CONTROL_PLANE)
    assert [(one.title, one.is_control_plane, one.behind) for one in matrix.columns] == [
        ("v1.33.1", False, True),
        ("v1.34.1", True, False),
    ]
    assert [(one.name, one.counts, one.behind, one.mixed) for one in matrix.rows] == [
        ("api", (2, 1), 2, True),
        ("web", (0, 4), 0, False),
    ]
    assert (matrix.total.counts, matrix.total.nodes, matrix.total.behind) == ((2, 5), 7, 2)


def test_the_control_planes_column_is_there_without_a_node_of_it() -> None:
    matrix = version_matrix([pool("api", v1_9_8=1, v1_33_1=1)], CONTROL_PLANE)
    assert [(one.title, one.is_control_plane) for one in matrix.columns] == [
        ("v1.9.8", False),
        ("v1.33.1", False),
        ("v1.34", True),
    ]
    assert matrix.rows[0].behind == 2
    unknown = version_matrix([pool("api", v1_33_1=1)], None)
    assert [one.title for one in unknown.columns] == ["v1.33.1"]
    assert unknown.rows[0].behind is None


def test_two_builds_of_a_version_stay_apart_while_there_is_room() -> None:
    pools = [pool("api", v1_33_1__eks__a=1, v1_33_1__eks__b=1, v1_32_1__eks__a=1)]
    titles = [one.title for one in version_matrix(pools, None).columns]
    assert titles == ["v1.32.1", "v1.33.1-eks-a", "v1.33.1-eks-b"]
    assert [one.title for one in version_matrix(pools, None, most=2).columns] == ["v1.32.1", "v1.33.1"]
    many = version_matrix([pool("api", **{f"v1_{minor}_{patch}": 1 for minor in (31, 32) for patch in range(5)})], None)
    assert [(one.title, count) for one, count in zip(many.columns, many.total.counts, strict=True)] == [
        ("v1.31", 5),
        ("v1.32", 5),
    ]


@pytest.mark.parametrize(
    ("version", "short", "minor"),
    [
        ("v1.33.1-eks-1a2b3c4", "v1.33.1", "v1.33"),
        ("v1.33.1+k3s1", "v1.33.1", "v1.33"),
        ("1.30.2", "1.30.2", "v1.30"),
        ("", "not said", "not said"),
        ("fake", "fake", "fake"),
    ],
)
def test_words_for_versions(version: str, short: str, minor: str) -> None:
    assert (short_version(version), minor_of(version)) == (short, minor)
