"""Research: a run is (strategy, parameters, market data, costs) -> result;

everything else here is a map over runs.
"""
