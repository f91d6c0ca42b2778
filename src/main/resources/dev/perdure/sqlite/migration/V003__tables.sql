-- table_migrations  which migrations of the tables of workflows have been carried out, by group of
--                   tables. The tables themselves are the workflows' own and stand beside Perdure's.

CREATE TABLE table_migrations (
  name            TEXT NOT NULL,
  number          INTEGER NOT NULL,
  checksum        TEXT NOT NULL,
  carried_out_ms  INTEGER NOT NULL,
  PRIMARY KEY (name, number),
  CONSTRAINT table_migrations_number CHECK (number BETWEEN 1 AND 10000),
  CONSTRAINT table_migrations_checksum CHECK (length(checksum) = 64)
) STRICT, WITHOUT ROWID;
