-- By which addresses activity is searched: hashes of the networks that keys were refused in or first seen in, each in the
-- row that tells of it, so that they go with its month. They are made after the row is stored, by who has data keys; a row
-- that has none yet is looked at all the same. /8, /16 and /24 of IPv4, /32 and /48 of IPv6: the first eight bytes of an
-- HMAC under the key of the person under whose key the network is sealed, and of a plain hash where it is in clear.
alter table activity
  add column network_hash_1 bigint,
  add column network_hash_2 bigint,
  add column network_hash_3 bigint,
  -- Null until then. Of who was erased it stays true, without hashes.
  add column network_hashed boolean;

-- Under whose keys some were made: an erasure finds them by it.
create table activity_people (
  organization uuid not null,
  person uuid not null,
  primary key (organization, person)
);
create index activity_people_person on activity_people (person);

-- Nothing else of a row is ever changed.
grant update (network_hash_1, network_hash_2, network_hash_3, network_hashed) on activity to keyledger_query;
grant select, insert, delete on activity_people to keyledger_query;
