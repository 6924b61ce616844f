"""Alembic's steps from one shape of the state database to the next, run whenever it is opened."""
