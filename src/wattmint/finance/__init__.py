"""From hours run to money: named cash-flow lines and the returns they make."""
