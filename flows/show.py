"""Shows what was reported, in the terminal: `python -m flows.show --help`, the same as `vanity-gap show`."""

from flows.cli.commands import main

if __name__ == "__main__":
    main("show")
