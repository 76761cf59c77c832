"""Cited tables and embedded series; `wattmint.facts.load` reads them."""
