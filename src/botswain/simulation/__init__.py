"""A world in one thread under a virtual clock: exchange, network, database and faults around an engine, from one seed.

It is not a mock of anything: the exchange answers raw bytes, the adapter decodes them, the store is the same SQL. What
is made up is time, the network between the two, and everything that goes wrong.
"""
