"""What is said where the record of a market is not what was recorded: whoever finds it says the same."""


def record_changed(what: str) -> str:
    """The message of a record that cannot be trusted."""
    return f"the recorded market was changed: {what}. Nothing was sent; restore the database from a backup"
