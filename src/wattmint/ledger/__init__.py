"""The chain's own rules, in integers only: formats, proof of work, subsidy, coins; and a small node that lives by them."""
