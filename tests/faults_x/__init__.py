"""X going wrong, schedule after schedule: `make test-faults`; a seeded tenth runs with the other tests."""
