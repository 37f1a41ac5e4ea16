"""What an hour of a node costs, and how we know. Pure."""

from nodeview.pricing.price import PRICE_LABELS, UNPRICED, Price, PriceSource, price_said_on

__all__ = ["PRICE_LABELS", "UNPRICED", "Price", "PriceSource", "price_said_on"]
