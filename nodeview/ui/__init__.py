"""What you see: Textual, nowhere else. Modules are imported one by one."""
