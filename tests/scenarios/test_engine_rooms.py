"""The channel of a release, by the engine alone: outages, deaths of workers, and what a new wish changes."""


