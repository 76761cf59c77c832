"""What a building makes of its weather: PUE, water, and the hours in which machines are too hot, too cold, too humid or too dry."""
