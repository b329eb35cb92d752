"""The live process: candles and reports in, journaled intents out, and the same again from the journal."""
