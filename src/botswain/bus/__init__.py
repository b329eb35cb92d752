"""Messages from whoever knows something now to whoever looks on: levels, never records.

What must not be lost stands in the store, and the outbox says which of it is new. Here goes what is worth nothing a
moment later: prices, how markets stand, what the engine says. Nobody waits for a listener, and nothing is kept.
"""
