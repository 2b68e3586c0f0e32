-- Refresh tokens that came from a key's secret: families of fixed life, of which one token is live.
-- Nothing but a hash of a token is kept.
CREATE TABLE key_refresh_families (
  organization text        NOT NULL,
  key          text        NOT NULL,
  family       uuid        NOT NULL,
  secret       text        NOT NULL,
  dialect      text        NOT NULL,
  scope        text,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  PRIMARY KEY (organization, key, family)
);

CREATE INDEX key_refresh_families_expiry ON key_refresh_families (expires_at);

CREATE TABLE key_refresh_tokens (
  organization text        NOT NULL,
  key          text        NOT NULL,
  family       uuid        NOT NULL,
  hash         bytea       NOT NULL,
  issued_at    timestamptz NOT NULL,
  used_at      timestamptz,
  PRIMARY KEY (organization, key, family, hash),
  FOREIGN KEY (organization, key, family) REFERENCES key_refresh_families ON DELETE CASCADE
);

CREATE UNIQUE INDEX key_refresh_tokens_hash ON key_refresh_tokens (hash);

GRANT SELECT, INSERT, UPDATE, DELETE ON key_refresh_families, key_refresh_tokens TO keyledger_token;
