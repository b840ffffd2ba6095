"""The sandbox's HTTP side: endpoints, vocabularies, limits, faults and the bill."""
