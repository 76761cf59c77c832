"""Numbers in, numbers out: hashes, transformers and what serves or trains them, heat, failures, races. No tables, no clock, no dollars."""
