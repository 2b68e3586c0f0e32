-- What a refresh token was exchanged for, sealed under a key that the token itself makes and no table holds: a client to
-- which the answer was lost gets it again, for as long as policy says. successor_at is this server's time.
alter table refresh_token
  add column successor    bytea,
  add column successor_at timestamptz;
alter table key_refresh_tokens
  add column successor    bytea,
  add column successor_at timestamptz;

create index refresh_token_successor on refresh_token (session_id) where successor is not null;
create index key_refresh_tokens_successor on key_refresh_tokens (organization, key, family) where successor is not null;
