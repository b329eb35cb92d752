"""From source to something that runs: the step's wrapper, the linker, the compile cache.

Core and strategies are plain Python functions. This room reads a strategy's step, rewrites its names into records,
links it with the core and hands the whole to numba, or leaves it plain where it must run interpreted. It is the
only room that knows numba.
"""
