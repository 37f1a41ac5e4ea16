"""Budgets, measured: `python -m tests.benchmarks`. Not timed tests: noise belongs in a table, not in a suite."""
