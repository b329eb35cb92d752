"""The only room with SQL: tables, migrations, the journal and its group-commit writer, one file of queries per noun.

How it is used, from the outside in:

- `database.open_database` opens SQLite or PostgreSQL (creating or migrating it, `schema`); `inline.InlineDatabase` is
  the same tables on a sqlite3 connection called in place, for simulation. Both give `transaction(tenant_id)`, and the
  noun files (`bots`, `orders`, `fills`, `positions`, `journal`, `market`, `outbox`, `accounts`, `tenants`, `meta`) are
  functions over the transaction. `scope` puts the tenant into every query.
- What a bot's step wrote goes through one door: a `steps.StepRows` to `append` of a writer (`GroupCommitWriter` in
  `writer`, or `InlineDatabase`). `batch` turns it into statements for both, `chain` hashes, `records` packs payloads.

What is absent on purpose: an ORM, caches of rows, and any update or delete of the journal, orders, fills or their
events (the database refuses those too).
"""
