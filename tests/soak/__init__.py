"""Long runs: of faults on a real API server, and of events by the million."""
