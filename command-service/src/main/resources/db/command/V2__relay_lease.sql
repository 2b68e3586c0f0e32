-- Who publishes the ledger: one row, taken by whoever comes first once it has run out by this server's clock. It makes
-- takeovers quick; that a relay which was overtaken writes nothing more is Kafka's fencing.
CREATE TABLE relay_lease (
  singleton  boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
  holder     text        NOT NULL,
  expires_at timestamptz NOT NULL
);
INSERT INTO relay_lease (holder, expires_at) VALUES ('', '-infinity');
GRANT SELECT, UPDATE ON relay_lease TO keyledger_command;
