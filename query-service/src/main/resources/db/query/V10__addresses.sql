-- From where events came, as hashes that history is searched by. No part of the view versions: a rebuild doesn't touch
-- it, and it is made of them, an organisation at a time. What an address hashes to is told by its person's data key alone,
-- and differs from one organisation to the next; an erasure takes the rows, and with the key nobody can make them again.
create table address_people (
  -- Stands for the two, many times over.
  who integer generated always as identity primary key,
  organization uuid not null,
  person uuid not null,
  unique (organization, person)
);
create index address_people_person on address_people (person);

-- Networks from wide to narrow, /8, /16, /24 and the address itself of IPv4, /32, /48, /64 and the address of IPv6: the
-- first eight bytes of an HMAC of each.
create table event_addresses (
  who integer not null,
  position bigint not null,
  network_1 bigint not null,
  network_2 bigint not null,
  network_3 bigint not null,
  address bigint not null,
  primary key (who, address, position)
);
create index event_addresses_1 on event_addresses (who, network_1, position);
create index event_addresses_2 on event_addresses (who, network_2, position);
create index event_addresses_3 on event_addresses (who, network_3, position);

-- How far each organisation's events are in it.
create table address_progress (
  organization uuid primary key,
  next_position bigint not null
) with (fillfactor = 60);

-- Of whom there is to be no row any more, whichever organisation's events are read yet.
create table address_erasures (
  person uuid primary key
);

grant select, insert, delete on address_people, event_addresses to keyledger_query;
grant select, insert, update on address_progress to keyledger_query;
grant select, insert on address_erasures to keyledger_query;
