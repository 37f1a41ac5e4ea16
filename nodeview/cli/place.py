"""Which cluster is meant, and the settings for it."""

from __future__ import annotations

import os

from nodeview.cli.options import assumptions_of, table_state_of
from nodeview.settings import Settings, Sources
from nodeview.wire.connection import Connection, connect


def settle(sources: Sources) -> tuple[Settings, Connection]:
    """The connection that was asked for, and what the settings say of its context; opens no socket.

    Raises `KubeconfigError` or `UsageError`, before there is a screen to tear down.
    """
    place = sources.place()
    table_state_of(place)  # a wrong flag is said before a wrong kubeconfig
    assumptions_of(place)
    connection = connect(place.kubeconfig, place.context, os.environ)
    return sources.settings(connection.context), connection
