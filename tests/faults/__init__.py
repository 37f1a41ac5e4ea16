"""Whatever the network, the API server, the proxy or the credentials do: every fault, provoked on the wire."""
