-- The ledger. One row is one event of one organisation; (organization, position) is the only order that counts.
-- global_index only helps the relay to find what is new: concurrent transactions commit out of its order.
CREATE TABLE event (
  global_index   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization   text   NOT NULL,
  position       bigint NOT NULL CHECK (position >= 0),
  id             text   NOT NULL UNIQUE,
  aggregate_type text   NOT NULL,
  recorded_at    text   NOT NULL,
  type           text   NOT NULL,
  revision       text,
  payload        bytea  NOT NULL,
  metadata       bytea  NOT NULL,
  UNIQUE (organization, position)
);
COMMENT ON COLUMN event.payload IS 'JSON; its form belongs to the name in type';
COMMENT ON COLUMN event.metadata IS 'JSON: who asked, and from where';

CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Grants stop the service; this stops its owner too, and whoever uses the owner's login by mistake.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_history();

GRANT SELECT, INSERT ON event TO keyledger_command;

-- Where a long stream begins to be read. Nothing is lost with it.
CREATE TABLE snapshot (
  organization   text   NOT NULL,
  position       bigint NOT NULL,
  id             text   NOT NULL UNIQUE,
  aggregate_type text   NOT NULL,
  recorded_at    text   NOT NULL,
  type           text   NOT NULL,
  revision       text,
  payload        bytea  NOT NULL,
  metadata       bytea  NOT NULL,
  PRIMARY KEY (organization, position)
);
GRANT SELECT, INSERT, DELETE ON snapshot TO keyledger_command;

-- A slug is given once, for ever: no right to take one back.
CREATE TABLE slug (
  slug         text PRIMARY KEY,
  organization text NOT NULL UNIQUE
);
GRANT SELECT, INSERT ON slug TO keyledger_command;

-- Written in the transaction of the event that it remembers. Neither the client's key nor the secret can be read from it:
-- client_key and request are HMACs, and answer is encrypted under a key that needs the client's own.
CREATE TABLE remembered_answer (
  organization text        NOT NULL,
  caller       text        NOT NULL,
  operation    text        NOT NULL,
  client_key   bytea       NOT NULL,
  request      bytea       NOT NULL,
  server_key   text        NOT NULL,
  answer       bytea       NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (organization, caller, operation, client_key)
);
CREATE INDEX remembered_answer_expiry ON remembered_answer (expires_at);
GRANT SELECT, INSERT, DELETE ON remembered_answer TO keyledger_command;

-- Ends that somebody has to record when they come. Nothing but the record's time depends on it.
CREATE TABLE key_deadline (
  organization  text        NOT NULL,
  key           text        NOT NULL,
  kind          text        NOT NULL CHECK (kind IN ('expiry', 'grace')),
  due_at        timestamptz NOT NULL,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (organization, key, kind)
);
CREATE INDEX key_deadline_due ON key_deadline (due_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON key_deadline TO keyledger_command;
