-- By themselves, so that records are added in between. There are no hashes yet.
create index activity_network_1 on activity (organization, network_hash_1, at, id) where network_hash_1 is not null;
create index activity_network_2 on activity (organization, network_hash_2, at, id) where network_hash_2 is not null;
create index activity_network_3 on activity (organization, network_hash_3, at, id) where network_hash_3 is not null;
create index activity_network_person on activity (organization, network_person)
  where network_person is not null and network_hash_1 is not null;
