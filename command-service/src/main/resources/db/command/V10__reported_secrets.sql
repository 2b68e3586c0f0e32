-- What was reported by who shows no credential, by verifiers, until its organisation has decided: the answer promises
-- that it is looked at, whichever replica dies. One neighbourhood has no more of the room than nobody else has.
CREATE TABLE reported_secret (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  neighbourhood text        NOT NULL,
  verifier      text        NOT NULL,
  url           text,
  source        text,
  request_id    text,
  traceparent   text,
  tries         integer     NOT NULL DEFAULT 0,
  -- By the database's clock. Whoever takes one puts it off, so that another does where they die.
  due_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reported_secret_neighbourhood ON reported_secret (neighbourhood, due_at, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON reported_secret TO keyledger_command;
