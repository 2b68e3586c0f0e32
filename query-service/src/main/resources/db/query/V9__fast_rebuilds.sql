-- A rebuild fills its history without any index and makes all of them at the end, several at a time: a sort costs a
-- fraction of as many insertions. An event is applied once by its position in any case; the key proves it, at the end.

-- Without settings of its own and without `strict` it is a part of whatever calls it, and costs no call for each event.
create or replace function event_words(organization uuid, words text) returns tsvector
  language sql immutable parallel safe
  return pg_catalog.array_to_tsvector(array[organization::text]) || pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, words);

-- The dear ones first: each can be made by itself, by a connection of its own.
create function generation_indexes(n integer) returns table (name text, definition text)
  language sql stable set search_path = query, pg_temp as
$$
  select format(d.name, n), format('create ' || d.kind || ' if not exists ' || d.name || ' on ' || d.what, n)
  from (values
    (1, 'events_words_g%1$s', 'index', 'events_g%1$s using gin (event_words(organization, words)) where words is not null'),
    (2, 'events_request_g%1$s', 'index', 'events_g%1$s (organization, request_id, position) where request_id is not null'),
    (3, 'events_actor_g%1$s', 'index', 'events_g%1$s (organization, actor, position) where actor is not null'),
    (4, 'events_type_g%1$s', 'index', 'events_g%1$s (organization, type, position)'),
    (5, 'events_subject_g%1$s', 'index', 'events_g%1$s (organization, subject, position) where subject is not null'),
    (6, 'events_g%1$s_pkey', 'unique index', 'events_g%1$s (organization, position)'),
    (7, 'events_time_g%1$s', 'index', 'events_g%1$s (organization, at, position)'),
    (8, 'events_session_g%1$s', 'index', 'events_g%1$s (organization, session, position) where session is not null'),
    (9, 'events_actor_kind_g%1$s', 'index', 'events_g%1$s (organization, actor_kind, position) where actor_kind <> ''member'''),
    (10, 'events_disordered_g%1$s', 'index', 'events_g%1$s (organization, at, position) where disordered'),
    (11, 'members_person_g%1$s', 'index', 'members_g%1$s (organization, person)'),
    (12, 'organizations_slug_g%1$s', 'unique index', 'organizations_g%1$s (slug)')
  ) as d (rank, name, kind, what)
  order by d.rank
$$;

-- What parallel workers sort they hand over in files: several indexes at a time keep the processors busy without.
create function make_index(n integer, which text) returns void
  language plpgsql security definer
  set search_path = query, pg_temp set max_parallel_maintenance_workers = 0 set maintenance_work_mem = '128MB' as
$$
begin
  execute (select definition from generation_indexes(n) where name = which);
end
$$;

-- Makes those that there aren't yet, and lets the generation be served from.
create or replace function index_generation(n integer) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  i text;
begin
  for i in select name from generation_indexes(n) loop
    perform make_index(n, i);
  end loop;
  if not exists (select from pg_constraint where conrelid = format('events_g%s', n)::regclass and contype = 'p') then
    execute format('alter table events_g%1$s add constraint events_g%1$s_pkey primary key using index events_g%1$s_pkey', n);
  end if;
  execute format('analyze events_g%s', n);
  execute format('analyze keys_g%s', n);
  update generations set indexed = true where generation = n;
end
$$;

drop function index_generation_before_v6(integer);
drop function index_generation_before_v5(integer);
drop function index_generation_v1(integer);
drop function index_search(integer);

-- Nobody asks for a record or a leaf by what it is.
create function thrifty_statistics(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
begin
  execute format('alter table events_g%s alter column record set statistics 0, alter column leaf set statistics 0', n);
end
$$;

alter function open_generation(text, integer) rename to open_generation_before_v9;

-- As before; what is being built has a history without a key, and those few indexes that hold next to nothing.
create function open_generation(new_state text, partitions integer) returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  n integer := open_generation_before_v9(new_state, partitions);
begin
  perform thrifty_statistics(n);
  if new_state = 'building' then
    execute format('alter table events_g%1$s drop constraint events_g%1$s_pkey,
      alter column organization set not null, alter column position set not null', n);
  end if;
  perform make_index(n, 'events_actor_kind_g' || n);
  perform make_index(n, 'events_disordered_g' || n);
  return n;
end
$$;

do $$
declare
  g integer;
begin
  for g in select generation from generations loop
    perform thrifty_statistics(g);
  end loop;
end
$$;

revoke execute on function generation_indexes(integer) from public;
revoke execute on function make_index(integer, text) from public;
revoke execute on function thrifty_statistics(integer) from public;
revoke execute on function open_generation(text, integer) from public;
revoke execute on function open_generation_before_v9(text, integer) from keyledger_query;
grant execute on function open_generation(text, integer) to keyledger_query;
grant execute on function generation_indexes(integer) to keyledger_query;
grant execute on function make_index(integer, text) to keyledger_query;
