"""Which hours a load runs, and what its energy costs. Megawatts, hours and dollars only; what the load makes is unknown here."""
