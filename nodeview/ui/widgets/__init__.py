"""Widgets: line-API tables, gauges, the header."""
