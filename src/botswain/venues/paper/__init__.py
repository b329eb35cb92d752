"""The paper venue: the core's own matching rules on candles that come one after the other. It holds no real money."""
