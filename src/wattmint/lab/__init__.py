"""Two tokens, proven on the machine in front of you: hashing and a small language model, measured side by side."""
