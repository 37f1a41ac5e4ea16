"""nodeview: a terminal dashboard for Kubernetes nodes."""

__version__ = "0.1.0"
