"""Botswain's rules a second time, written from docs/rules.md alone, and the comparison of the product with them.

Nothing here imports the core, the ledger or the strategies, and nothing here may: two programs that share code share
its mistakes. It is slow and plain on purpose; a trader should be able to check it against the page.
"""
