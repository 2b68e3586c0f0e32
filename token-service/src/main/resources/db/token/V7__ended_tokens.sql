-- Access tokens that were ended one by one, until they would have died by themselves: what a replica has to know that
-- can't hear of it from Kafka. Sessions say by themselves whether they ended.
create table ended_token (
  token_id   text primary key,
  expires_at timestamptz not null
);

create index ended_token_expires_at on ended_token (expires_at);

grant select, insert, delete on ended_token to keyledger_token;
