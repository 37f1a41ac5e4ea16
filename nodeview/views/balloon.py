"""Which pods are balloons: placeholders of low priority that keep room for others to take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from nodeview.records import OwnerRef, Pod
from nodeview.views.split import is_daemon

BALLOON_NAMES = r"(?i)over-?provision|balloon|placeholder|headroom|capacity-reserv|buffer"
"""What names of priority classes, owners and apps of balloons have in them."""

_PAUSE = r"pause(-(amd64|arm64|arm|ppc64le|s390x|container|win\w*))?"
_APP = ("app.kubernetes.io/name", "app", "k8s-app", "run")

_Labels = tuple[tuple[str, str], ...]


def balloon_test(
    selector: str = "", priority_below: int = 0, name_pattern: str = BALLOON_NAMES
) -> Callable[[Pod], bool]:
    """Whether a pod is a balloon: one of `selector` is, whatever else it be; another needs a priority below this one,

    and nothing but pause images or a name with the pattern in it. Never one of a DaemonSet, or one that requests
    nothing. Raises ValueError where the selector or the pattern is none.
    """
    selects = _selects(selector)
    if name_pattern != BALLOON_NAMES:
        _check(name_pattern)

    @lru_cache(maxsize=4096)
    def selected(labels: _Labels) -> bool:
        return selects is not None and selects(dict(labels))

    @lru_cache(maxsize=4096)
    def looks(images: tuple[str, ...], priority_class: str, owner: OwnerRef | None, name: str, labels: _Labels) -> bool:
        if images and all(is_pause(image) for image in images):
            return True
        apps = [value for key, value in labels if key in _APP]
        return any(re.search(name_pattern, word) for word in (priority_class, owner.name if owner else name, *apps))

    def is_balloon(pod: Pod) -> bool:
        shape = pod.shape
        low = shape.priority < priority_below
        if not low and selects is None:
            return False
        if is_daemon(pod) or not any(pod.requests.values()):
            return False
        if selects is not None and selected(pod.labels):
            return True
        return low and looks(shape.images, shape.priority_class, pod.owner, "" if pod.owner else pod.name, pod.labels)

    return is_balloon


def _selects(selector: str) -> Callable[[Mapping[str, str]], bool] | None:
    if not selector.strip():
        return None
    from nodeview.views.label_selector import parse_selector  # few people have one, and all wait for the first paint

    return parse_selector(selector)


def _check(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f'is "{pattern}", which is no regular expression: {error}') from error


def is_pause(image: str) -> bool:
    """An image that does nothing but wait: `registry.k8s.io/pause:3.9`."""
    name = image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    return re.fullmatch(_PAUSE, name) is not None


is_balloon_by_rule = balloon_test()
"""The rule for who set nothing."""
