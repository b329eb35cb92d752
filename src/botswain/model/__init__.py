"""The nouns every other room speaks of, as frozen values.

It holds no behaviour beyond what a value can say about itself and imports nothing of Botswain, so that every
room may import it. Each noun has its own file.
"""
