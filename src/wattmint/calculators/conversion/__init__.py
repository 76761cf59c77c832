"""From a mining site to an AI site: what is missing, what it costs, how long it takes, and whether it pays."""
