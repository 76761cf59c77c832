"""``python -m wattmint`` is the command line."""

from wattmint.cli.main import entry

if __name__ == "__main__":
    entry()
