-- When the ages of an organisation's keys are looked at next, of those whose policy bounds them; infinity where nothing
-- will be due by what is known.
CREATE TABLE key_age (
  organization text        PRIMARY KEY,
  look_at      timestamptz NOT NULL,
  -- How often a command has said that something will be due: a look may not have seen what came while it went on.
  changes      bigint      NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX key_age_next ON key_age (look_at);
GRANT SELECT, INSERT, UPDATE ON key_age TO keyledger_command;
