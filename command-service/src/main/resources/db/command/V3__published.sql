-- How far each organisation was published, behind the relay's token in Kafka: an event that the token covers and this
-- does not was skipped, and a token that is behind this one means that Kafka has lost what it had.
CREATE TABLE published_position (
  organization text   PRIMARY KEY,
  position     bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON published_position TO keyledger_command;

-- The token as of which published_position holds. Each relay that begins to lead takes the next epoch: one that was
-- overtaken writes nothing more.
CREATE TABLE relay_checkpoint (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  epoch     bigint  NOT NULL,
  token     bytea
);
INSERT INTO relay_checkpoint (epoch) VALUES (0);
GRANT SELECT, UPDATE ON relay_checkpoint TO keyledger_command;
