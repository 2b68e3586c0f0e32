-- What history is searched by, beside its events. Those that are there already are read once for it.
--   words       what an event says in words of people's: names and reasons. Personal data is sealed, and not among them
--   disordered  whether an earlier event of the organisation has a later time, since the replicas' clocks differ: the others
--               are in one order by position and by time, which makes an interval of times one of positions
create function event_words(organization uuid, words text) returns tsvector
  language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as
$$
  select array_to_tsvector(array[organization::text]) || to_tsvector('simple', words)
$$;

create function extend_generation(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
begin
  execute format('alter table events_g%s
    add column actor_kind text, add column session uuid, add column request_id text, add column words text,
    add column disordered boolean not null default false', n);
  execute format('create table clocks_g%s (
      organization uuid primary key,
      latest_at timestamptz not null
    ) with (fillfactor = 60)', n);
  execute format('grant select, insert, update, delete on clocks_g%s to keyledger_query', n);
end
$$;

-- The organisation is a word too: the index finds it with the others.
create function index_search(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
begin
  execute format('create index events_session_g%1$s on events_g%1$s (organization, session, position) where session is not null', n);
  execute format('create index events_request_g%1$s on events_g%1$s (organization, request_id, position) where request_id is not null', n);
  execute format('create index events_actor_kind_g%1$s on events_g%1$s (organization, actor_kind, position) where actor_kind <> ''member''', n);
  execute format('create index events_disordered_g%1$s on events_g%1$s (organization, at, position) where disordered', n);
  execute format('create index events_words_g%1$s on events_g%1$s using gin (event_words(organization, words)) where words is not null', n);
end
$$;

alter function open_generation(text, integer) rename to open_generation_before_v6;

create function open_generation(new_state text, partitions integer) returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  n integer := open_generation_before_v6(new_state, partitions);
begin
  perform extend_generation(n);
  return n;
end
$$;

alter function index_generation(integer) rename to index_generation_before_v6;

create function index_generation(n integer) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
begin
  perform index_search(n);
  perform index_generation_before_v6(n);
end
$$;

do $$
declare
  n integer;
begin
  for n in select generation from generations loop
    perform extend_generation(n);
    execute format('
      update events_g%1$s e set
        actor_kind = j.record #>> ''{actor,kind}'',
        session = cast(substring(j.record #>> ''{actor,session}'' from 5) as uuid),
        request_id = j.record #>> ''{origin,request_id}'',
        words = nullif(concat_ws('' '', j.record #>> ''{data,slug}'', j.record #>> ''{data,name}'',
          case when e.type = ''key.renamed'' then j.record #>> ''{data,before}'' end,
          case when e.type = ''key.renamed'' then j.record #>> ''{data,after}'' end,
          j.record #>> ''{data,reason}''), ''''),
        disordered = j.disordered
      from (
        select organization, position, convert_from(record, ''UTF8'')::jsonb as record,
          coalesce(at < max(at) over (partition by organization order by position
            rows between unbounded preceding and 1 preceding), false) as disordered
        from events_g%1$s) j
      where e.organization = j.organization and e.position = j.position', n);
    execute format('insert into clocks_g%1$s select organization, max(at) from events_g%1$s group by organization', n);
  end loop;
  for n in select generation from generations where indexed loop
    perform index_search(n);
      execute format('analyze events_g%s', n);
  end loop;
end
$$;

revoke execute on function extend_generation(integer) from public;
revoke execute on function index_search(integer) from public;
revoke execute on function open_generation(text, integer) from public;
revoke execute on function index_generation(integer) from public;
revoke execute on function open_generation_before_v6(text, integer) from keyledger_query;
revoke execute on function index_generation_before_v6(integer) from keyledger_query;
grant execute on function open_generation(text, integer) to keyledger_query;
grant execute on function index_generation(integer) to keyledger_query;
grant execute on function event_words(uuid, text) to keyledger_query;
