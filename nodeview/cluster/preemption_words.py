"""A preemption in words, as far as it has unfolded."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.cluster.preemption import Preemption


def words_of(story: Preemption) -> str:
    """The rest of a line that begins with the victim: where, by whom, and what came of both."""
    return f"{_where_and_by(story)}: {', '.join(_outcome(story))}"


def _where_and_by(story: Preemption) -> str:
    where = f"on {story.node} " if story.node else ""
    if story.by is None:
        return f"{where}by a pod that was not seen" if story.by_uid else f"{where}(preemptor not seen)"
    probably = "probably by" if story.guessed else "by"
    priority = "priority not known" if story.by_priority is None else f"{story.by_priority}"
    return f"{where}{probably} {story.by.namespace}/{story.by.name} ({priority})"


def _outcome(story: Preemption) -> Iterator[str]:
    if story.ran_at is not None:
        yield "running" + _after(story, story.to_run_s)
    elif story.by_gone:
        yield "it went before it was seen running"
    elif story.by is not None:
        yield "not running yet"
    if story.balloon is False:
        yield f"not a balloon (priority {story.priority})"
    elif not story.seen:
        yield "whether it was a balloon is not known"
    yield from _refill(story)


def _refill(story: Preemption) -> Iterator[str]:
    what = "balloon" if story.balloon else "successor"
    if story.refilled_at is not None:
        new = "new node " if story.on_new_node else ""
        where = f" on {new}{story.refill_node}" if story.refill_node else ""
        again = "running again" if story.balloon else "running"
        yield f"{what} {again}{_after(story, story.to_refill_s)}{where}"
    elif not story.seen:
        return
    elif story.owner is None:
        yield (
            "no owner is known that would refill it" if story.balloon else "no owner is known that would bring it back"
        )
    elif story.refill is not None or story.balloon:
        # Not each is made again: its Deployment may be gone, or its PriorityClass.
        waits = "balloon refilling" if story.refill is not None else "no new balloon yet"
        yield waits if story.balloon else f"{what} not running yet"


def _after(story: Preemption, seconds: int | None) -> str:
    if seconds is not None:
        return f" after {seconds} s"
    return " (after how long is not known)" if story.at is None else " (after how long is not known: clocks disagree)"
