"""One call to AWS from beginning to end: its client, its pages, the next endpoint when one cannot be reached."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from nodeview.pricing import Offer, Quote
from nodeview.wire.aws_answers import (
    Row,
    SpotRow,
    auto_fee_quote,
    fargate_quote,
    on_demand_quote,
    row_of,
    spot_quotes,
    spot_row_of,
)
from nodeview.wire.aws_calls import Call, endpoints_of, products_request, spot_request
from nodeview.wire.aws_failures import code_of, is_unreachable

MOST_PAGES = 100
"""A query that goes on for longer goes round in a circle."""
LONGEST_S = 20.0
"""After so long no other endpoint is tried."""
_PAGE_EXPIRED = ("ExpiredNextTokenException", "InvalidNextTokenException")

log = logging.getLogger(__name__)


class CutShort(Exception):
    """An answer ended before it said anything."""


class AwsClients:
    """boto3's clients, made when first needed, one of each kind and region."""

    def __init__(self, profile: str | None, urls: Mapping[str, str] | None = None) -> None:
        """`urls` are pricing endpoints by region, in place of AWS's own."""
        self._profile = profile
        self._urls = urls or {}
        self._made: dict[tuple[str, str], Any] = {}
        self._session: Any = None
        self._lock = threading.Lock()
        self.lost: set[str] = set()
        """Regions whose pricing endpoint could not be reached; tried after the others."""

    def of(self, service: str, region: str) -> Any:
        """The client of a service in a region. Raises what boto3 does, and ImportError without it."""
        with self._lock:
            if (client := self._made.get((service, region))) is None:
                client = self._made[service, region] = self._make(service, region)
            return client

    def forget(self) -> None:
        """Begin anew with the files of credentials, which may have changed."""
        with self._lock:
            self._made.clear()
            self._session = None

    def _make(self, service: str, region: str) -> Any:
        import boto3
        from botocore.config import Config

        if self._session is None:
            self._session = boto3.Session(profile_name=self._profile)
        patience = Config(
            connect_timeout=3,
            read_timeout=8,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=4,
        )
        url = self._urls.get(region) if service == "pricing" else None
        return self._session.client(service, region_name=region, config=patience, endpoint_url=url)


def ask(clients: AwsClients, call: Call, made: list[str]) -> list[tuple[Offer, Quote]]:
    """What AWS says of each offer of a call; every request is noted in `made`. Raises what boto3 does."""
    if call.kind == "spot":
        return _ask_spot(clients, call, made)
    try:
        rows = _listed(clients, call, made)
    except Exception as error:
        if code_of(error) != "InvalidParameterException" or len(singles := call.singly()) < 2:
            raise
        log.warning("the price list of %s does not know ANY_OF: one type at a time", call.region)
        rows = [row for single in singles for row in _listed(clients, single, made)]
    read = {"ec2": on_demand_quote, "auto": auto_fee_quote, "fargate": fargate_quote}[call.kind]
    as_of = _now()
    quotes = [(offer, read(offer, rows, as_of)) for offer in call.offers]
    for offer, quote in quotes:
        if quote.note.startswith("ambiguous"):
            log.warning("%s in %s: %s", offer.item, offer.region, quote.note)
    return quotes


def _listed(clients: AwsClients, call: Call, made: list[str]) -> list[Row]:
    """The rows of a price list query, from the first endpoint that can be reached."""
    tried: set[str] = set()
    failure: Exception | None = None
    began = time.monotonic()
    for region in sorted(endpoints_of(call.region), key=clients.lost.__contains__):
        client = clients.of("pricing", region)
        url = client.meta.endpoint_url
        if url in tried:
            continue
        tried.add(url)
        try:
            rows = _rows(client, call, made)
        except Exception as error:
            if not is_unreachable(error):
                raise
            clients.lost.add(region)
            failure = error
            if time.monotonic() - began > LONGEST_S:
                break
        else:
            clients.lost.discard(region)
            return rows
    raise failure or RuntimeError("no endpoint")


def _rows(client: Any, call: Call, made: list[str]) -> list[Row]:
    get = partial(client.get_products, **products_request(call))
    rows, unread = [], 0
    for item in _once_more(get, "PriceList", made):
        try:
            row = row_of(item, call.region)
        except (ValueError, msgspec.MsgspecError):
            unread += 1
        else:
            rows += [row] if row else []
    if unread:
        log.warning("%d items of the price list of %s cannot be read", unread, call.region)
    return rows


def _ask_spot(clients: AwsClients, call: Call, made: list[str]) -> list[tuple[Offer, Quote]]:
    client = clients.of("ec2", call.region)
    rows: list[SpotRow] = []
    # Accounts from before VPC know the products by the longer name alone.
    for product in (call.product, f"{call.product} (Amazon VPC)"):
        get = partial(client.describe_spot_price_history, **spot_request(call, product), StartTime=datetime.now(UTC))
        rows = [row for said in _once_more(get, "SpotPriceHistory", made) if (row := spot_row_of(said))]
        if rows:
            break
    return spot_quotes(call.offers, rows, _now())


def _once_more(get: Any, field: str, made: list[str]) -> list[Any]:
    """All pages; from the first again, once, when the token of a page has expired or an answer was cut."""
    try:
        return list(_pages(get, field, made))
    except Exception as error:
        if code_of(error) not in _PAGE_EXPIRED and not isinstance(error, CutShort):
            raise
        return list(_pages(get, field, made))


def _pages(get: Any, field: str, made: list[str]) -> Iterator[Any]:
    token = ""
    for _ in range(MOST_PAGES):
        made.append(field)
        page = get(NextToken=token) if token else get()
        if field not in page:
            # boto3 takes JSON that ends too early for an empty answer; it must not pass for "not in the list".
            raise CutShort
        yield from page[field] or ()
        before, token = token, page.get("NextToken") or ""
        if not token:
            return
        if token == before:
            break
    raise RuntimeError("a query of AWS that does not end")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
