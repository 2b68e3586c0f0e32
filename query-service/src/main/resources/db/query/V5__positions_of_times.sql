-- Which position an organisation had come to at a time is the least of those that are later, since clocks of replicas
-- differ: it is read from the index alone.
do $$
declare
  g integer;
begin
  for g in select generation from generations where indexed loop
    execute format('create index events_time_g%1$s on events_g%1$s (organization, at, position)', g);
    execute format('drop index if exists events_at_g%1$s', g);
  end loop;
end
$$;

alter function index_generation(integer) rename to index_generation_before_v5;

-- As before, with the position in the index of times.
create function index_generation(n integer) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
begin
  perform index_generation_before_v5(n);
  execute format('create index events_time_g%1$s on events_g%1$s (organization, at, position)', n);
  execute format('drop index events_at_g%1$s', n);
end
$$;

revoke execute on function index_generation_before_v5(integer) from keyledger_query;
revoke execute on function index_generation(integer) from public;
grant execute on function index_generation(integer) to keyledger_query;
