"""`nodeview prices`: what is priced how and why not; and the table of prices built anew."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from nodeview.cli.arguments import DIAGNOSES, Asked
from nodeview.cli.place import settle
from nodeview.cli.price_sources import asking_of, price_desk
from nodeview.cli.report import WAIT, follow, priced, problem_of, say_of_prices, settled
from nodeview.cli.stopping import run_until_stopped
from nodeview.errors import Incomplete, NodeviewError, UsageError
from nodeview.frame import Frame
from nodeview.report.prices_report import Failures, PricesOutput, explained, render_prices
from nodeview.settings import Settings, Sources
from nodeview.views import NodeView
from nodeview.wire.connection import Connection
from nodeview.wire.price_cache import PriceCache

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class PricesWanted:
    """How prices are to be told."""

    output: PricesOutput
    timeout_s: float
    refresh: bool
    explain: str | None


def run_prices(sources: Sources, asked: Asked) -> int:
    """Print what was asked for and return the exit code; raises what the sentence on stderr is made of."""
    options = asked.options
    output: PricesOutput = options.output or "table"
    if output not in DIAGNOSES:
        raise UsageError(f'Prices cannot be written as "{output}".', hint=f"There are {' and '.join(DIAGNOSES)}.")
    if options.region and not options.build:
        raise UsageError("--region says of which regions --build makes a table, and that was not asked for.")
    if options.clear_price_cache:
        PriceCache().clear()
    if options.build:
        from nodeview.cli.price_build import build_prices  # it alone speaks to AWS from this process

        return run_until_stopped(build_prices(tuple(options.region or ())))
    if options.clear_price_cache and not (options.refresh or options.explain):
        print("The price cache is empty.")
        return 0
    settings, connection = settle(sources)
    if not settings.priced:
        raise UsageError(f"{settings.origin(_off_by(settings))}: prices are disabled, so there is nothing to tell.")
    wanted = PricesWanted(output, options.timeout or TIMEOUT_S, bool(options.refresh), options.explain)
    run_until_stopped(tell(connection, settings, wanted))
    return 0


async def tell(connection: Connection, settings: Settings, wanted: PricesWanted) -> None:
    """Write to stdout how this cluster's nodes are priced; what is missing or refused is raised after it."""
    deadline = time.monotonic() + wanted.timeout_s
    asking = "live" if wanted.refresh else asking_of(settings, "cached")
    prices = price_desk(settings, asking, connection.aws_profile)
    informer = await follow(connection, settings, prices, wanted.timeout_s)
    try:
        frame = await settled(informer, deadline - time.monotonic())
        if frame is None:
            raise Incomplete(f"Nothing could be told within {wanted.timeout_s:g} s.", hint=WAIT)
        if wanted.refresh:
            informer.refresh_prices()
        frame = await priced(informer, frame, deadline - time.monotonic())
        failures: Failures = prices.keeper.failures if prices.keeper is not None else {}
        said = _said(frame, wanted, failures)
    finally:
        await informer.close()
    say_of_prices(frame)
    sys.stdout.write(said)
    problem = problem_of(frame, wanted.timeout_s)
    if problem is not None:
        raise problem


def _said(frame: Frame, wanted: PricesWanted, failures: Failures) -> str:
    if wanted.explain is None:
        return render_prices(frame, failures, wanted.output)
    return explained(frame, _node(frame, wanted.explain), failures, wanted.output)


def _node(frame: Frame, name: str) -> NodeView:
    """The node of this name, or the only one whose name begins so."""
    exact = [one for one in frame.view.nodes.values() if one.record.name == name]
    found = exact or [one for one in frame.view.nodes.values() if one.record.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise NodeviewError(f'{len(found)} nodes have a name that begins with "{name}".', hint="Give it whole.")
    raise NodeviewError(f'There is no node "{name}" in {frame.identity.context}.', hint="See `nodeview report`.")


def _off_by(settings: Settings) -> str:
    return "disable_pricing" if settings.disable_pricing else "prices"
