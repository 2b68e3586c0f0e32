-- A person, whichever organisations they belong to. What is personal stands here sealed under the person's own data
-- key, and that key stands here wrapped by a server's key that no database holds: destroying data_key erases all of it.
create table person (
  person_id       uuid primary key,
  -- HMAC of the normalised address under a key derived from the server's key of that id. NULL once erased.
  email_index     bytea unique,
  email_index_key text,
  email_sealed    text,
  data_key        bytea,
  data_key_id     text,
  operator        boolean     not null default false,
  created_at      timestamptz not null,
  erased_at       timestamptz,
  constraint erased_or_whole check (
    (erased_at is null and data_key is not null and email_index is not null and email_sealed is not null)
    or (erased_at is not null and data_key is null and email_index is null and email_sealed is null))
);

create index person_data_key_id on person (data_key_id) where data_key is not null;

-- Argon2id, its parameters within the text.
create table password (
  person_id uuid primary key references person,
  hash      text        not null,
  set_at    timestamptz not null
);

-- RFC 6238. last_step is the last time step of which a code was taken; only a later one is taken.
create table totp (
  person_id     uuid primary key references person,
  secret_sealed text,
  confirmed_at  timestamptz,
  last_step     bigint not null default -1,
  pending_sealed text,
  constraint confirmed_has_secret check ((confirmed_at is null) = (secret_sealed is null))
);

-- A membership that its person has accepted. Whether it is still live, the ledger knows.
create table accepted_membership (
  person_id       uuid        not null references person,
  organization_id uuid        not null,
  member_id       uuid        not null,
  accepted_at     timestamptz not null,
  last_used_at    timestamptz,
  primary key (person_id, organization_id, member_id)
);

-- Failures by account and by address; a subject is a keyed hash of either, so that no address stands here.
create table lock_out (
  subject      bytea primary key,
  failures     integer     not null,
  last_at      timestamptz not null,
  locked_until timestamptz
);

create index lock_out_last_at on lock_out (last_at);

grant select, insert, update on person to keyledger_token;
grant select, insert, update, delete on password, totp, lock_out to keyledger_token;
grant select, insert, update, delete on accepted_membership to keyledger_token;
