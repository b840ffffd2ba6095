"""Where counts and community part."""
