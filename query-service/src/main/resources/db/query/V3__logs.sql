-- Each organisation's events are the leaves of an append-only Merkle log (RFC 9162), kept with the views and by the same
-- transaction.
--   events.leaf      hash of the event's record in canonical form; null in a generation of before
--   positions.log    the roots of the log's largest complete subtrees, from left to right: what it takes to append
--   log_nodes        the roots of full tiles: level 1 are those over 256 leaves, level 2 those over 256 of these, …
alter function open_generation(text, integer) rename to open_generation_without_log;

create function add_log(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
begin
  execute format('alter table events_g%s add column leaf bytea', n);
  execute format('alter table positions_g%s add column log bytea', n);
  execute format('create table log_nodes_g%s (
      organization uuid,
      level bigint,
      index bigint,
      hash bytea not null,
      primary key (organization, level, index)
    )', n);
  execute format('grant select, insert, update, delete on log_nodes_g%s to keyledger_query', n);
end
$$;

create function open_generation(new_state text, partitions integer) returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  n integer := open_generation_without_log(new_state, partitions);
begin
  perform add_log(n);
  return n;
end
$$;

revoke execute on function add_log(integer) from public;
revoke execute on function open_generation(text, integer) from public;
revoke execute on function open_generation_without_log(text, integer) from public, keyledger_query;
grant execute on function open_generation(text, integer) to keyledger_query;

-- What serves has no log of what it has applied: it goes on serving while one that has is built beside it.
do $$
declare
  g record;
  filled boolean := false;
  millis text := lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0');
  -- A UUID of version 7, as all ids are.
  id text := overlay(overlay(gen_random_uuid()::text placing left(millis, 8) || '-' || right(millis, 4) from 1)
    placing '7' from 15);
begin
  update rebuilds set state = 'cancelled', finished_at = now() where state = 'running';
  delete from generations where state = 'building';
  for g in select generation from generations loop
    perform add_log(g.generation);
    execute format('select exists (select from positions_g%s)', g.generation) into filled;
  end loop;
  if filled then
    insert into rebuilds (id, generation, state, requested_by, requested_at)
      values ('reb_' || id, open_generation('building', 8), 'running', 'platform', now());
  end if;
end
$$;

-- What has been signed of an organisation's log last. Outside of the generations: none of them may tell another history.
create table log_checkpoints (
  organization uuid primary key,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamptz not null
);

-- The platform's log: its leaves are the organisations' checkpoints, in the order in which they were signed.
create table platform_log (
  index bigint primary key,
  organization uuid not null,
  size bigint not null,
  entry text not null,
  leaf bytea not null
);
create unique index platform_log_organization on platform_log (organization, size);

create table platform_log_nodes (
  level bigint,
  index bigint,
  hash bytea not null,
  primary key (level, index)
);

create table platform_log_head (
  singleton boolean primary key default true check (singleton),
  size bigint not null,
  log bytea not null,
  -- Null before anything has been signed.
  note text
);
insert into platform_log_head (size, log) values (0, '');

grant select, insert, update on log_checkpoints to keyledger_query;
grant select, insert on platform_log, platform_log_nodes to keyledger_query;
grant select, update on platform_log_head to keyledger_query;
