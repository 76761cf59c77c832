"""What the training calculators say, as pages."""
