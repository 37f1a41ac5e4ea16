"""Between prices and the informer of one cluster: the book to begin with, who keeps it true, and how that stands."""

from __future__ import annotations

from collections.abc import Callable

from nodeview.cluster import ClusterStore
from nodeview.frame import NOTHING_TO_SAY, Frame, PriceStatus
from nodeview.live.prices import Prices
from nodeview.pricing import EMPTY_BOOK, Goods, Offer, PriceBook, offers_of

RETAIN_S = 60.0
"""How often it is said which offers are still needed."""


class PriceDesk:
    """What an informer needs of prices. With neither book nor keeper there is no trace of any."""

    def __init__(
        self, book: PriceBook = EMPTY_BOOK, keeper: Prices | None = None, said: PriceStatus = NOTHING_TO_SAY
    ) -> None:
        """`book` is shown where there is no keeper; `said` is what is to be said all along, of the price file."""
        self.keeper = keeper
        self._book = keeper.book if keeper is not None else book
        self._said = said
        self._told = ""
        self._offers: dict[Goods, tuple[Offer, ...]] = {}
        self._retained_at: float | None = None

    def open(self, store: ClusterStore, stir: Callable[[], None]) -> None:
        """Give the store what is known, and from then on whatever becomes known; `stir` is called after that."""
        if self._book is not EMPTY_BOOK:
            store.priced(self._book)
        if self.keeper is None:
            return

        def changed(book: PriceBook) -> None:
            store.priced(book)
            stir()

        self.keeper.listen(changed)

    def look(self, store: ClusterStore, now: float) -> PriceStatus:
        """How it stands, for the next frame. A sentence that was not said before is told in the feed, too."""
        status = self._status()
        if status.line != self._told:
            self._told = status.line
            if status.line:
                store.chronicle.tell(now, "price", "prices", status.line)
        return status

    def want(self, frame: Frame) -> None:
        """Have all that this frame newly shows priced, and now and then only what is still there."""
        if self.keeper is None:
            return
        nodes = frame.view.nodes
        self._want({view.goods for name in frame.touched if (view := nodes.get(name)) and view.goods is not None})
        if self._retained_at is None or frame.at - self._retained_at >= RETAIN_S:
            self._retained_at = frame.at
            present = {view.goods for view in nodes.values() if view.goods is not None}
            self._offers = {goods: offers for goods, offers in self._offers.items() if goods in present}
            self.keeper.retain({offer for offers in self._offers.values() for offer in offers})

    def refresh(self) -> bool:
        """Ask for all of it anew; False where there is nobody to ask."""
        if self.keeper is None or not self.keeper.asks:
            return False
        self.keeper.refresh()
        return True

    async def settled(self) -> bool:
        """Wait until all that is wanted is answered, or cannot be; False where there is nobody to ask."""
        if self.keeper is None or not self.keeper.asks:
            return False
        await self.keeper.settled()
        return True

    async def close(self) -> None:
        """Ask no more, and leave no process behind."""
        if self.keeper is not None:
            await self.keeper.close()

    def _want(self, touched: set[Goods]) -> None:
        assert self.keeper is not None
        new = {goods: offers_of(goods) for goods in touched if goods not in self._offers}
        if new:
            self._offers.update(new)
            self.keeper.want(offer for offers in new.values() for offer in offers)

    def _status(self) -> PriceStatus:
        if self.keeper is None:
            return self._said
        now = self.keeper.status
        return PriceStatus(now.sentence, now.as_of, now.asking, self._said.mistake, self._said.warnings)
