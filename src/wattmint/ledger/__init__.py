"""The chain's own rules, in integers only: proof-of-work targets and the subsidy."""
