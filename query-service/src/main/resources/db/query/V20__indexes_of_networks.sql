-- Behind the columns, whose lock keeps readers out. Who adds records waits for these, nobody else. Rows without a network are in
-- none of them.
create index activity_networks on activity (organization, at, id) where network is not null;
create index activity_unhashed on activity (organization, at, id) where network is not null and network_hashed is null;
