"""All figures of a run, a file for each kind: pure functions of columns, and `figures`, which groups them by name."""
