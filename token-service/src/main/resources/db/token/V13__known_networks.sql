-- From which networks a person has signed in before, by what they proved there: guesses from elsewhere don't lock them
-- out there. network is an HMAC of person, factor and network under a server's key, so that no address stands here and
-- none of two people's can be seen to be the same.
create table known_network (
  person_id    uuid        not null references person,
  factor       text        not null,
  network      bytea       not null,
  last_used_at timestamptz not null,
  primary key (person_id, factor, network)
);

create index known_network_last_used_at on known_network (last_used_at);

grant select, insert, update, delete on known_network to keyledger_token;
