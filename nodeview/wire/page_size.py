"""How many objects of a list are asked for at once: as many as this server and this link can take."""

from __future__ import annotations

from nodeview.wire.pace import Pace

FIRST_PAGE = 500
LARGEST_PAGE = 5000
SMALLEST_PAGE = 50
TRIES = 8


class PageSize:
    """Doubles with each quick page, and halves when one was slow or broke off, as a server's that aborts after 60 s.

    What was too much once is not asked for again until so many pages went well, and then once; each time in vain it
    takes twice as many. So a limit of the server is met, and one bad minute does not make pages small for ever.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._limit = FIRST_PAGE
        self._most = LARGEST_PAGE
        self._well = 0
        self._tries = TRIES
        self._trying = False
        """Whether the next page is larger than any since one was too much."""

    def begin(self) -> None:
        """A listing starts: with a page that is small, so that something is soon seen."""
        self._limit = min(FIRST_PAGE, self._most)

    @property
    def limit(self) -> int:
        """How many to ask for now."""
        return self._limit

    def read(self, seconds: float) -> None:
        """A page was read to its end, in this time."""
        if seconds > self._pace.page_slow:
            self._limit = max(SMALLEST_PAGE, self._limit // 2)
        if seconds > self._pace.page_quick:
            return
        self._well += 1
        if self._trying:
            self._trying, self._tries = False, TRIES
        if self._most < LARGEST_PAGE and self._well >= self._tries:
            self._well, self._trying = 0, True
            self._most = min(LARGEST_PAGE, self._most * 2)
        self._limit = min(self._limit * 2, self._most)

    def too_much(self) -> None:
        """A page broke off, or took longer than anybody waits."""
        self._well = 0
        if self._trying:
            self._trying, self._tries = False, self._tries * 2
        self._limit = self._most = max(SMALLEST_PAGE, self._limit // 2)
