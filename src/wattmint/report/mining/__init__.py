"""The mining calculator's answer as a page."""
