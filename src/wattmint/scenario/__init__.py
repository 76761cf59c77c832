"""What is asked: the site file, read, checked once at the border, frozen inside."""
