"""Distributions over paths: measures, comparison of builds, sensitivities, and the verdict that holds them."""
