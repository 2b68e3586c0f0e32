-- History is searched by words a part at a time: an index of words has no order of positions, so an entry of it names the
-- organisation with one of the blocks of its positions (16,384 each), where it named the organisation alone. What is asked of
-- it is never more than a few blocks hold. The function of before stays for replicas of that release, which now walk.
create function event_words(organization uuid, at_position bigint, words text) returns tsvector
  language sql immutable parallel safe
  return pg_catalog.array_to_tsvector(array[organization::text || ':' || (at_position >> 14)::text])
    || pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, words);

-- As before, with these words.
create or replace function generation_indexes(n integer) returns table (name text, definition text)
  language sql stable set search_path = query, pg_temp as
$$
  select format(d.name, n), format('create ' || d.kind || ' if not exists ' || d.name || ' on ' || d.what, n)
  from (values
    (1, 'events_words_g%1$s', 'index', 'events_g%1$s using gin (event_words(organization, position, words)) where words is not null'),
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

-- Readers go on while the other index is made, but for the moment in which the one of before goes; the views stand still.
do $$
declare
  g record;
begin
  set local maintenance_work_mem = '256MB';
  for g in select generation as n, indexed from generations loop
    if g.indexed then
      execute format('create index events_words_anew_g%1$s on events_g%1$s
        using gin (event_words(organization, position, words)) where words is not null', g.n);
      execute format('alter index events_words_anew_g%s alter column 1 set statistics 30', g.n);
    end if;
  end loop;
  for g in select generation as n, indexed from generations loop
    execute format('drop index if exists events_words_g%s', g.n);
    if g.indexed then
      execute format('alter index events_words_anew_g%1$s rename to events_words_g%1$s', g.n);
    end if;
  end loop;
end
$$;

grant execute on function event_words(uuid, bigint, text) to keyledger_query;
