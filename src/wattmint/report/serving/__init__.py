"""The serving calculator's answer as a page."""
