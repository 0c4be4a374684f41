"""The vendors: one folder each, the same file names in each. This list is the index; a test proves it whole."""
