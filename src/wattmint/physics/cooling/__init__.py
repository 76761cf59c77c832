"""A cooling plant hour by hour: what reaches the machines, what fans, pumps, chillers and towers draw, what evaporates."""
