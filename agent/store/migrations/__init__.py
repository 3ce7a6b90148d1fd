"""How the database came to be what it is: Alembic's environment, imported only while a migration is due."""
