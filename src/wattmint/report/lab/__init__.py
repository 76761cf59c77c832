"""The laboratory's measurements as a page."""
