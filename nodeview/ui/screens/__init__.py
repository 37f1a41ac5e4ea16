"""Whole screens: what a key press opens."""
