"""The building's answers as pages: air and cooling, backup power, conversion."""
