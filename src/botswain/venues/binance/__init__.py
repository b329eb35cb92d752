"""Binance spot as a venue: facts as data, pure decoders and request builders, and the little I/O around them.

Pure, for a simulation to call directly: facts, refusals, the decoders, book, requests, signing, outcomes, clock,
budget. Sockets: transport, desk, socket, streams, user_stream. Nothing here reads a clock or a key by itself.
"""
