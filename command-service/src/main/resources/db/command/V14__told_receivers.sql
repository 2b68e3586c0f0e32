-- What came of telling receivers of a key's end, as delivery-service says: of the receipt's position alone, and gone with
-- the receipt.
CREATE TABLE receipt_receiver (
  organization  text        NOT NULL,
  key           text        NOT NULL,
  subscription  text        NOT NULL,
  position      bigint      NOT NULL,
  name          text        NOT NULL,
  channel       text        NOT NULL,
  status        text        NOT NULL,
  attempts      integer     NOT NULL,
  answered_at   timestamptz,
  failed_at     timestamptz,
  failed_status integer,
  failed_error  text,
  PRIMARY KEY (organization, key, subscription),
  FOREIGN KEY (organization, key) REFERENCES key_receipt ON DELETE CASCADE
);
-- By which a receipt is found that an event's position tells of.
CREATE INDEX key_receipt_position ON key_receipt (organization, position);
GRANT SELECT, INSERT, UPDATE, DELETE ON receipt_receiver TO keyledger_command;
