"""The verdict of a site as a page and at the terminal."""
