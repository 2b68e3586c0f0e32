-- Where a record of activity stands in the order in which records were stored: an export goes on from it. By time it could
-- not, since a record may come late. Only one transaction at a time adds any (ActivityTable), so what is seen of them is
-- all up to a position. Numbers may be left out.
create sequence activity_positions;

alter table activity add column position bigint not null default nextval('activity_positions');

create index activity_position on activity (organization, position);

grant usage on sequence activity_positions to keyledger_query;
