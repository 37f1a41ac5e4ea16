"""What would run where, judged by value and by the real scheduler."""
