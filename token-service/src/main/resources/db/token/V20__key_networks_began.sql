-- When networks of keys began to be kept, where keys were used before that: a key that is older learns for a day, so that
-- an upgrade doesn't tell all that it is used from as seen for the first time. No row where nobody can have used one: on
-- a fresh database, which is known by that it has no people, and where networks were kept for a while already.
create table key_network_began (
  at timestamptz not null
);

insert into key_network_began
select now() where exists (select from person) and not exists (select from key_network);

grant select on key_network_began to keyledger_token;
