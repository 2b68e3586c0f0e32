-- Who brought a key's last end into force, and when. Written with the event at that position, for which followers are
-- waited where the policy says so; whichever replica sees first that it is in force says when. Then it is looked at
-- again, until nothing more is to come, and deleted once it was kept for long enough.
CREATE TABLE key_receipt (
  organization text        NOT NULL,
  key          text        NOT NULL,
  position     bigint      NOT NULL,
  followers    boolean     NOT NULL,
  decided_at   timestamptz NOT NULL,
  in_force_at  timestamptz,
  consumers    bytea,
  look_at      timestamptz,
  looked       boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (organization, key)
);
CREATE INDEX key_receipt_pending ON key_receipt (organization, position) WHERE in_force_at IS NULL;
CREATE INDEX key_receipt_look ON key_receipt (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX key_receipt_decided ON key_receipt (decided_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON key_receipt TO keyledger_command;
