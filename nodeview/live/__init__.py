"""Where it moves: tasks, clocks and pace, and nothing else. Modules are imported one by one."""
