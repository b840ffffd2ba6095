"""A make-believe X: a seeded world behind a loopback HTTP server."""
