"""Numbers in, numbers out: hashes, heat and failures. No tables, no clock, no dollars."""
