"""The shape that room is counted in: amounts, a workload's own pods, or the largest pod that runs."""

from __future__ import annotations

import msgspec

from nodeview.records import Amounts, QuantityError, as_scheduled, parse_quantity


class HeadroomShape(msgspec.Struct, frozen=True):
    """What a person chose; without amounts and without a name it is the largest pod."""

    amounts: Amounts = {}
    """Nano-units."""
    namespace: str = ""
    name: str = ""
    """Of a Deployment, or whatever else a person would call the owner of pods."""

    @property
    def of_pods(self) -> bool:
        """It is that of a pod of this cluster."""
        return not self.amounts

    @property
    def is_largest(self) -> bool:
        """Nobody chose one."""
        return not self.amounts and not self.name


LARGEST = HeadroomShape()


def parse_headroom_shape(text: str) -> HeadroomShape:
    """Read `cpu=500m,memory=1Gi`, `shop/checkout`, or `largest`, which is also what nothing means.

    Raises ValueError with the end of a sentence.
    """
    text = text.strip()
    if text in ("", "largest"):
        return LARGEST
    if "=" in text:
        return HeadroomShape(dict(_amount(part) for part in text.split(",")))
    namespace, slash, name = text.partition("/")
    if not slash or not namespace or not name or "/" in name:
        raise ValueError(f'is "{text}", and must be like "cpu=500m,memory=1Gi", "shop/checkout" or "largest"')
    return HeadroomShape(namespace=namespace, name=name)


def _amount(said: str) -> tuple[str, int]:
    name, _, written = (part.strip() for part in said.partition("="))
    try:
        nano = parse_quantity(written).nano
    except QuantityError:
        nano = 0
    if not name or nano <= 0:
        raise ValueError(f'has "{said.strip()}", which is not a resource and its amount, such as cpu=500m')
    return name, as_scheduled(name, nano)
