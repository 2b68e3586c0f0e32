-- Letters that haven't gone yet. To whom and what, tokens included, stands sealed under the person's data key.
create table mail (
  mail_id    uuid primary key,
  person_id  uuid        not null references person,
  sealed     text        not null,
  -- Whose membership has to be live when it goes.
  member_id  uuid,
  created_at timestamptz not null,
  due_at     timestamptz not null,
  useless_at timestamptz not null,
  failures   integer     not null default 0
);

create index mail_due_at on mail (due_at);
create index mail_person on mail (person_id);

-- How much was asked for lately, by a keyed hash of who it is about or where it came from.
create table counted (
  subject bytea primary key,
  since   timestamptz not null,
  times   integer     not null
);

create index counted_since on counted (since);

grant select, insert, update, delete on mail, counted to keyledger_token;

-- Whether the token went to the address, and so proves it.
alter table invitation add column mailed boolean not null default false;

-- By which an organisation's members are told from those who were only invited.
create index accepted_membership_member on accepted_membership (member_id);
