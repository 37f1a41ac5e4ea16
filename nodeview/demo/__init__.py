"""A cluster to try nodeview on: an API server of our own on loopback that knows nothing of nodeview."""
