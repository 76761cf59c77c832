"""What an owner of an inference plant asks: what a case yields and costs, plans, the memory wall."""
