-- One signed-in session is one family of refresh tokens. organization_id is the active organisation; NULL for an
-- operator and for a person without any.
create table session (
  session_id      uuid primary key,
  person_id       uuid        not null references person,
  organization_id uuid,
  member_id       uuid,
  issued_by       text        not null default 'canonical',
  -- Sealed under the person's key: the address and the browser that signed in.
  origin_sealed   text        not null,
  second_step_at  timestamptz,
  -- The password step alone is done where policy asks for two: such a session can only enrol the second.
  enrolling       boolean     not null default false,
  signed_in_at    timestamptz not null,
  last_used_at    timestamptz not null,
  expires_at      timestamptz not null,
  ended_at        timestamptz,
  ended_because   text,
  constraint member_of_organization check ((organization_id is null) = (member_id is null))
);

create index session_person on session (person_id, session_id desc);
create index session_expires_at on session (expires_at);

-- Every refresh token that a family ever had, by SHA-256 of its 32 random bytes: a dead one that comes back is a theft.
create table refresh_token (
  token_hash bytea primary key,
  session_id uuid        not null references session on delete cascade,
  issued_at  timestamptz not null,
  used_at    timestamptz
);

create index refresh_token_session on refresh_token (session_id);

-- A second step that is due: either to a new session, or to switching the organisation of a running one.
create table challenge (
  challenge_hash  bytea primary key,
  person_id       uuid        not null references person,
  organization_id uuid,
  member_id       uuid,
  switches        uuid references session on delete cascade,
  issued_by       text        not null,
  codes_left      integer     not null check (codes_left >= 0),
  expires_at      timestamptz not null
);

create index challenge_expires_at on challenge (expires_at);
create index challenge_person on challenge (person_id);

grant select, insert, update, delete on session, refresh_token, challenge to keyledger_token;
