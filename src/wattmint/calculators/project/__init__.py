"""Project finance of one case, line by line."""
