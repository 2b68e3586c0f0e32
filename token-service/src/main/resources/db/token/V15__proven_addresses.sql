-- Since when its address is known to be the person's. The first operators were invited by a file on the platform's own
-- machine, which proves as much; nobody else has proven theirs yet.
alter table person add column email_proven_at timestamptz;

update person set email_proven_at = created_at where operator and erased_at is null;

-- Tokens that went to an address and nowhere else: who shows one has read its mail.
create table mailed_token (
  token_hash   bytea primary key,
  person_id    uuid        not null references person,
  purpose      text        not null,
  -- An address that is to be, under its person's data key; NULL where none is.
  email_sealed text,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  tries        integer     not null default 0
);

create index mailed_token_person on mailed_token (person_id);
create index mailed_token_expires_at on mailed_token (expires_at);

grant select, insert, update, delete on mailed_token to keyledger_token;
