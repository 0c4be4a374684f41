"""The tasks, one file each (the builds of all stages share one way of working)."""
