"""What a miner asks: one day, a fleet, a life, real history, other coins, futures."""
