"""Files that X or somebody else wrote, read into staged tables."""
