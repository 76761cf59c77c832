"""The command line: one small file per verb, each a thin surface over the rooms below."""
