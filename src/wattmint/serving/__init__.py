"""What an inference plant yields, predicted: names and architectures, calibrated software, layouts, search within limits."""
