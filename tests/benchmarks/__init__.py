"""Speed and memory, measured beside their references: `make bench`."""
