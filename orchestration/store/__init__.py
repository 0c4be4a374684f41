"""The store: rows, leases, outbox, inbox and the audit chain, on SQLite and PostgreSQL."""
