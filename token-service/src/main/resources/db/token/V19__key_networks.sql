-- From which networks a key was used: 256 addresses of IPv4 or the 48 bits of an IPv6 site, and no address. 0.0.0.0/0
-- stands for all beyond so many.
create table key_network (
  key          uuid not null,
  network      cidr not null,
  last_used_on date not null,
  primary key (key, network)
);

create index key_network_last_used_on on key_network (last_used_on);

-- How often, by days (of UTC). ::/0 stands for an address that wasn't known.
create table key_use (
  key     uuid   not null,
  day     date   not null,
  network cidr   not null,
  uses    bigint not null,
  primary key (key, day, network)
);

create index key_use_day on key_use (day);

grant select, insert, update, delete on key_network, key_use to keyledger_token;
