"""What backup power is worth: what outages cost each tenant, what each power chain costs, and the price of one more nine."""
