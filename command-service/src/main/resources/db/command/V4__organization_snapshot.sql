-- Where a long stream begins to be read, in parts of about a megabyte: a snapshot counts once its head, part 0, is
-- there. Nothing is lost with it. The table snapshot is what releases before this one read and write.
CREATE TABLE organization_snapshot (
  organization text    NOT NULL,
  position     bigint  NOT NULL,
  id           uuid    NOT NULL,
  part         integer NOT NULL,
  format       integer NOT NULL,
  payload      bytea   NOT NULL,
  PRIMARY KEY (organization, position, id, part)
);
COMMENT ON COLUMN organization_snapshot.format IS 'one of another format is neither read nor kept';
-- It hardly shrinks by compression, which would cost more than all else.
ALTER TABLE organization_snapshot ALTER COLUMN payload SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, DELETE ON organization_snapshot TO keyledger_command;
