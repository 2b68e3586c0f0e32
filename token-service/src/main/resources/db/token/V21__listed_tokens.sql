-- Access tokens that stand in a status list: where, and what decides whether they hold. Ids alone, no person's. A place
-- is handed out once, by the replica whose list it is.
create table listed_token (
  list          uuid        not null,
  index         int         not null,
  jti           uuid        not null,
  organization  uuid        not null,
  member        uuid,
  session       uuid,
  key           uuid,
  secret        text,
  environment   text,
  scope         text        not null,
  narrowed      boolean     not null,
  address_bound boolean     not null,
  position      bigint      not null,
  issued_at     timestamptz not null,
  expires_at    timestamptz not null,
  primary key (list, index)
);

create index listed_token_expires_at on listed_token (expires_at);

grant select, insert, delete on listed_token to keyledger_token;
