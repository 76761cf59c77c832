"""Verdict in, something to read out: the page, the terminal lines, the JSON, and the writing of all files at once."""
