"""What the chain costs: rewriting it, a transfer, its energy, and the coins there will be."""
