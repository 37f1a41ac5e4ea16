"""Which nodes a plan is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

import msgspec

from nodeview.provisioners import pool_names
from nodeview.records import NodeName
from nodeview.views import ClusterView, NodeView, duration, natural, parse_selector

_VERSION = re.compile(r"v?(\d{1,4})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?")
_MOST_NAMED = 3
Takes = Callable[[NodeView], bool]


class Selection(msgspec.Struct, frozen=True):
    """What somebody asked for: a node has to meet each of those that are given."""

    nodes: tuple[str, ...] = ()
    """Names; each must be there."""
    pools: tuple[str, ...] = ()
    """Names or globs of pools, of groups or of what the settings gather them under."""
    selector: str = ""
    """Of the nodes' labels, as kubectl takes it."""
    older_than_s: float | None = None
    kubelet_below: str = ""
    other_image: bool = False
    """Whose machine image is not that of the newest node in its pool."""
    drifted: bool = False
    """Which Karpenter calls drifted."""

    @property
    def empty(self) -> bool:
        """Nothing was asked for at all."""
        return self == Selection()


class Chosen(msgspec.Struct, frozen=True):
    """The nodes, or why there are none."""

    names: tuple[NodeName, ...] = ()
    """In their natural order."""
    words: str = ""
    """`4 nodes of pool api`."""
    mistake: str = ""
    """One sentence; empty where there are nodes."""
    wrong: bool = False
    """The selection itself is no selection, whatever the cluster has."""


def choose(selection: Selection, view: ClusterView, now: float) -> Chosen:
    """The nodes that meet all that was asked for."""
    if selection.empty:
        return Chosen(mistake="No nodes are chosen: name them, or say a pool, a selector or an age.", wrong=True)
    known = {str(name): one for name, one in view.nodes.items()}
    unknown = [name for name in dict.fromkeys(selection.nodes) if name not in known]
    if unknown:
        return Chosen(mistake=_unknown_nodes(unknown))
    idle = [text for text in selection.pools if not any(_of_pool(one, text) for one in known.values())]
    if idle:
        return Chosen(mistake=_unknown_pools(idle, known.values()))
    try:
        takes = _takes(selection, view, now)
    except ValueError as error:
        return Chosen(mistake=f"The selector {error}.", wrong=True)
    if isinstance(takes, str):
        return Chosen(mistake=takes, wrong=True)
    found = sorted((name for name, one in known.items() if all(test(one) for test in takes)), key=natural)
    words = _words(selection, len(found))
    if not found:
        return Chosen(words=words, mistake=f"No node is {_criteria(selection)}.")
    return Chosen(tuple(NodeName(name) for name in found), words)


def _takes(selection: Selection, view: ClusterView, now: float) -> list[Takes] | str:
    tests: list[Takes] = []
    if selection.nodes:
        wanted = set(selection.nodes)
        tests.append(lambda one: one.record.name in wanted)
    if selection.pools:
        tests.append(lambda one: any(_of_pool(one, text) for text in selection.pools))
    if selection.selector:
        selects = parse_selector(selection.selector)
        tests.append(lambda one: selects(one.record.labels))
    age = selection.older_than_s
    if age is not None:
        oldest = now - age
        tests.append(lambda one: one.record.created < oldest)
    if selection.kubelet_below:
        bound = version_of(selection.kubelet_below)
        if bound is None:
            return f'A kubelet version is such as 1.33 or v1.33.2, not "{selection.kubelet_below}".'
        tests.append(lambda one: (version_of(one.record.kubelet_version) or bound) < bound)
    if selection.other_image:
        newest = newest_images(view.nodes.values())
        tests.append(lambda one: _has_another(one, newest))
    if selection.drifted:
        tests.append(lambda one: "drifted" in one.badges)
    return tests


def version_of(text: str) -> tuple[int, int, int] | None:
    """`v1.33.1-eks-1a2b3c4` as numbers, what is not said as 0; None where it is no version."""
    found = _VERSION.match(text.strip())
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


def image_of(view: NodeView) -> str | None:
    """The machine image, as its claim or a label names it; None where neither does."""
    return (view.claim.image if view.claim is not None else "") or view.traits.image


def newest_images(views: Iterable[NodeView]) -> dict[str, str]:
    """Pool → the image of its newest node whose image is known. Nodes of no pool are compared with nobody."""
    newest: dict[str, tuple[int, str]] = {}
    for one in views:
        image = image_of(one)
        if one.pool is not None and image is not None and one.record.created > newest.get(one.pool, (-1, ""))[0]:
            newest[one.pool] = one.record.created, image
    return {pool: image for pool, (_, image) in newest.items()}


def _has_another(view: NodeView, newest: dict[str, str]) -> bool:
    image = image_of(view)
    return image is not None and view.pool is not None and image != newest[view.pool]


def _of_pool(view: NodeView, text: str) -> bool:
    return any(name == text or fnmatchcase(name, text) for name in pool_names(view.ownership))


def _unknown_nodes(names: list[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"There is no node {listed}{more}."


def _unknown_pools(texts: list[str], views: Iterable[NodeView]) -> str:
    known = sorted({name for one in views for name in pool_names(one.ownership)}, key=natural)
    listed = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    there = f" There are {listed}." if known else " No node is of any pool."
    return f'No node is of a pool "{texts[0]}".{there}'


def _criteria(selection: Selection) -> str:
    """`of pool api, older than 7d`: as it comes after `nodes` or `No node is`."""
    words = [f"of pool {' or '.join(selection.pools)}"] if selection.pools else []
    words += [f"selected by {selection.selector}"] if selection.selector else []
    words += [f"older than {duration(selection.older_than_s)}"] if selection.older_than_s is not None else []
    words += [f"below kubelet {selection.kubelet_below}"] if selection.kubelet_below else []
    words += ["of another image than the newest of its pool"] if selection.other_image else []
    words += ["drifted"] if selection.drifted else []
    if selection.nodes:
        words.append(f"among the {len(selection.nodes)} named" if len(selection.nodes) > 1 else "the one named")
    return ", ".join(words)


def _words(selection: Selection, count: int) -> str:
    nodes = f"{count:,} node{'' if count == 1 else 's'}"
    if selection.nodes and selection == Selection(nodes=selection.nodes):
        return f"{nodes}" if count > 1 else selection.nodes[0]
    return f"{nodes} {_criteria(selection)}"
