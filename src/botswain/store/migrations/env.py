"""What Alembic runs: the migrations on the connection that `schema` hands over, inside its transaction.

There is no alembic.ini and no offline mode: `schema.upgrade` is the only way in, so that the checks it makes (a newer
database, somebody else's tables, a lock) cannot be passed by.
"""

from alembic import context

from botswain.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
