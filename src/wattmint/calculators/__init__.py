"""What one machine, fleet or plan makes: the calculators behind the verbs, for one case or thousands."""
