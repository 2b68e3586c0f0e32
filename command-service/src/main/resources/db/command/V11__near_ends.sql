-- When it is looked at next whether a key's end comes near; infinity where it never will.
ALTER TABLE key_deadline ADD COLUMN warn_at timestamptz;

-- A release that knows of no warnings may go on beside one that does.
CREATE FUNCTION key_deadline_warned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.warn_at := NEW.due_at - interval '30 days';
  RETURN NEW;
END $$;
CREATE TRIGGER key_deadline_warned BEFORE INSERT ON key_deadline FOR EACH ROW
  WHEN (NEW.kind = 'expiry' AND NEW.warn_at IS NULL) EXECUTE FUNCTION key_deadline_warned();

-- Who is to be told by mail of keys that end soon: once within an hour, since a letter says the same of many keys as of
-- one. Where none waits the row is there to tell when the last was put.
CREATE TABLE ending_letter (
  organization text        NOT NULL,
  person       text        NOT NULL,
  days_left    int         NOT NULL,
  slug         text        NOT NULL,
  -- Position of the newest event that it tells of.
  position     bigint      NOT NULL,
  waiting      boolean     NOT NULL,
  next_at      timestamptz NOT NULL,
  PRIMARY KEY (organization, person, days_left)
);
CREATE INDEX ending_letter_next ON ending_letter (next_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON ending_letter TO keyledger_command;
