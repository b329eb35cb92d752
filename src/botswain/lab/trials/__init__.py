"""Many runs of one strategy on the same candles: every combination of some parameters, or some of them, by chance."""
