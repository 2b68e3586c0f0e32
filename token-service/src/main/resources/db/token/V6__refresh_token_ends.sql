-- Where policy renews a refresh token's lifetime with each refresh, a family may live for ever, and its dead tokens are
-- forgotten when they would have died by themselves. Tokens of before have no end of their own: they go with their family.
alter table refresh_token add column expires_at timestamptz;

create index refresh_token_used_expires_at on refresh_token (expires_at) where used_at is not null;

alter table key_refresh_tokens add column expires_at timestamptz;

create index key_refresh_tokens_used_expires_at on key_refresh_tokens (expires_at) where used_at is not null;
