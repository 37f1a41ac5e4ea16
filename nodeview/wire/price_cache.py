"""Prices on disk: what AWS answered, kept until it is too old, shared by all our processes.

One file of JSON a region, `<cache folder>/prices/v1/<partition>/<region>.json`, with public prices only: no
account, no ARN. Reading and writing never fail: what cannot be read is deleted and made again, what cannot be
written is kept in memory. Writers take turns by a lock, and each merges into what is there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from nodeview.pricing import Offer, Quote, Service, partition_of
from nodeview.wire.whole_file import write_whole

DAY = 86400.0
FRESH_S: Mapping[Service, float] = {"on-demand": 7 * DAY, "fargate": 7 * DAY, "auto-fee": 7 * DAY, "spot": 600.0}
USABLE_S: Mapping[Service, float] = {"on-demand": 365 * DAY, "fargate": 365 * DAY, "auto-fee": 365 * DAY, "spot": DAY}
ABSENT_S = 6 * 3600.0
"""How long "the list does not have it" is believed."""
MOST_BYTES = 16 << 20
"""A file beyond this is not one of ours."""
LOCK_PATIENCE_S = 2.0
_NAME = re.compile(r"[a-z0-9-]{1,64}")

log = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer, and when it came (epoch seconds)."""

    offer: Offer
    quote: Quote
    at: float

    def is_fresh(self, now: float) -> bool:
        """Whether there is no need to ask again. What comes from the future, by a wrong clock, is asked again."""
        life = FRESH_S[self.offer.service]
        if self.quote.hourly is None:
            life = min(life, ABSENT_S)
        return 0 <= now - self.at < life

    def is_usable(self, now: float) -> bool:
        """Whether it is better than nothing."""
        life = USABLE_S[self.offer.service] if self.quote.hourly is not None else ABSENT_S
        return now - self.at < life


class _File(msgspec.Struct, frozen=True):
    version: int
    entries: tuple[Entry, ...]


_FILE = msgspec.json.Decoder(_File)
VERSION = 1


class PriceCache:
    """What is known of prices from earlier answers, in memory and on disk."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is made when first written to; None for the system's own place for caches."""
        self._folder = folder if folder is not None else price_cache_folder()
        self._entries: dict[Offer, Entry] = {}
        self._seen: dict[Path, int] = {}
        """Files as they were when read: their mtime."""
        self._news: set[Offer] = set()
        """What other processes wrote since we were last asked for news."""
        self._complained = False

    def load(self, now: float) -> dict[Offer, Quote]:
        """All answers that are still usable, of all regions."""
        self._read_changed()
        self._news.clear()
        quotes = self._usable(self._entries, now)
        return {offer: msgspec.structs.replace(quote, source="cache") for offer, quote in quotes.items()}

    def news(self, now: float) -> dict[Offer, Quote]:
        """Live answers to other processes, as found by `stale` and `store` since the last `load` or `news`."""
        news, self._news = self._news, set()
        return self._usable(news, now)

    def stale(self, offers: Iterable[Offer], now: float) -> list[Offer]:
        """Those that are worth asking for: never answered, or too long ago, by this process or another."""
        self._read_changed()
        return [offer for offer in offers if (entry := self._entries.get(offer)) is None or not entry.is_fresh(now)]

    def store(self, quotes: Mapping[Offer, Quote], now: float) -> None:
        """Keep new answers; those of other processes stay, and the newer of two counts."""
        by_file: dict[Path, dict[Offer, Entry]] = {}
        for offer, quote in quotes.items():
            entry = self._entries[offer] = Entry(offer, quote, now)
            if (file := self._file_of(offer.region)) is not None:
                by_file.setdefault(file, {})[offer] = entry
        for file, entries in by_file.items():
            try:
                self._merge(file, entries, now)
            except OSError as error:
                if not self._complained:
                    log.warning("prices cannot be kept in %s: %s", self._folder, error.strerror)
                self._complained = True

    def clear(self) -> None:
        """Forget all, on disk too."""
        self._entries.clear()
        self._news.clear()
        self._seen.clear()
        for file in list(self._files()):
            with contextlib.suppress(OSError):
                file.unlink()

    def _usable(self, offers: Iterable[Offer], now: float) -> dict[Offer, Quote]:
        found = (self._entries[offer] for offer in offers)
        return {entry.offer: entry.quote for entry in found if entry.is_usable(now)}

    def _take(self, entry: Entry) -> None:
        """An entry from disk, which counts unless ours is newer."""
        ours = self._entries.get(entry.offer)
        if ours is None or ours.at < entry.at:
            self._entries[entry.offer] = entry
            self._news.add(entry.offer)

    def _merge(self, file: Path, ours: Mapping[Offer, Entry], now: float) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(file.with_suffix(".lock")):
            merged = {entry.offer: entry for entry in _read(file) or () if entry.is_usable(now)}
            for offer, entry in ours.items():
                there = merged.get(offer)
                # What another process wrote after us stays, unless its clock is ahead of ours.
                if there is None or there.at <= entry.at or there.at > now:
                    merged[offer] = entry
            write_whole(file, msgspec.json.encode(_File(VERSION, tuple(merged[offer] for offer in sorted(merged)))))
            self._seen[file] = file.stat().st_mtime_ns
        for entry in merged.values():
            self._take(entry)

    def _read_changed(self) -> None:
        """Take up the files that were written since we read them."""
        for file in self._files():
            try:
                written = file.stat().st_mtime_ns
            except OSError:
                continue
            if self._seen.get(file) == written:
                continue
            self._seen[file] = written
            for entry in _read_or_delete(file):
                self._take(entry)

    def _files(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from self._folder.glob("*/*.json")

    def _file_of(self, region: str) -> Path | None:
        """A region that could not be a file's name is kept in memory alone."""
        return self._folder / partition_of(region) / f"{region}.json" if _NAME.fullmatch(region) else None


def price_cache_folder() -> Path:
    """Where prices are kept between runs: `$XDG_CACHE_HOME/nodeview/prices/v1` and its like."""
    import platformdirs  # late: nothing else on the way to the first paint needs it

    return Path(platformdirs.user_cache_dir("nodeview", appauthor=False)) / "prices" / f"v{VERSION}"


def _read(file: Path) -> tuple[Entry, ...] | None:
    """The entries of a file; None for one that is cut, foreign or of another version."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("it is too big")
        read = _FILE.decode(file.read_bytes())
        if read.version != VERSION:
            raise ValueError(f"its version is {read.version}")
    except OSError:
        return ()
    except (ValueError, msgspec.MsgspecError) as error:
        log.warning("the price cache %s is made anew: %s", file, error)
        return None
    return read.entries


def _read_or_delete(file: Path) -> tuple[Entry, ...]:
    if (entries := _read(file)) is not None:
        return entries
    with contextlib.suppress(OSError), _locked(file.with_suffix(".lock")):
        if (entries := _read(file)) is not None:  # somebody wrote it meanwhile
            return entries
        file.unlink()
    return ()


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Be the only writer; after some waiting, or where there are no locks, write all the same."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    number = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + LOCK_PATIENCE_S
        while time.monotonic() < until:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:
                break
        yield
    finally:
        os.close(number)
