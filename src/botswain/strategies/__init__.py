"""The bots people choose from, one file each; each imports `model` and `core` only."""
