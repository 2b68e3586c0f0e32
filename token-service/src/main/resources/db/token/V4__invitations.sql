-- organization_id and member_id are NULL for the invitation of the first operator.
create table invitation (
  token_hash      bytea primary key,
  person_id       uuid        not null references person,
  organization_id uuid,
  member_id       uuid,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  accepted_at     timestamptz,
  constraint member_of_organization check ((organization_id is null) = (member_id is null))
);

create index invitation_person on invitation (person_id);
create index invitation_expires_at on invitation (expires_at);

grant select, insert, update, delete on invitation to keyledger_token;
