"""The same as the screen, without one: a frame as table, JSON, CSV or Markdown. Modules are imported one by one."""
