"""What a training run takes, and what interruptions cost it."""
