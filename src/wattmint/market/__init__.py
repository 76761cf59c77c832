"""Scenario to World: history of prices and weather, the market snapshot, and joint monthly paths of what no site controls."""
