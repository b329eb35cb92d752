"""The only place that opens venue keys: applies their caps, signs, and sends journaled requests, each at most once.

In process on a laptop (`local`), a process of its own on a shared installation (`server`, `remote`); the port is the
same. It decides nothing: it refuses, or sends what was journaled.
"""
