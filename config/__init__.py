"""What people choose: settings, tracked accounts, and every number with its reason."""
