-- Where a record of activity stands in the order in which records were stored: an export goes on from it. By time it could
-- not, since a record may come late. Numbers may be left out. Without a default, which would write the table anew while
-- nobody could read it: what is there already has none until V14.
create sequence activity_positions;

grant usage on sequence activity_positions to keyledger_query;

alter table activity add column position bigint;

-- Only one transaction at a time adds records, until it is committed: who sees a position sees all before. Here, so that
-- replicas of a release that knows of no positions are bound too. Partitions that are attached later get it as well.
create function place_activity() returns trigger language plpgsql as
$$
begin
  perform pg_advisory_xact_lock(x'4143544956495459'::bigint);
  new.position := nextval('query.activity_positions');
  return new;
end
$$;

create trigger placed before insert on activity for each row execute function place_activity();
