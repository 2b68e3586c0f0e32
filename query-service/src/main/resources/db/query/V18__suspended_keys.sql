-- Whether a key is refused for a while, and until when; without an end, until an event says that it is over.
create function add_suspension(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
begin
  execute format('alter table keys_g%s
    add column suspended boolean not null default false,
    add column suspended_until timestamptz', n);
end
$$;

alter function open_generation(text, integer) rename to open_generation_before_v18;

create function open_generation(new_state text, partitions integer) returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  n integer := open_generation_before_v18(new_state, partitions);
begin
  perform add_suspension(n);
  return n;
end
$$;

do $$
declare
  g integer;
begin
  for g in select generation from generations loop
    perform add_suspension(g);
  end loop;
end
$$;

revoke execute on function add_suspension(integer) from public;
revoke execute on function open_generation(text, integer) from public;
revoke execute on function open_generation_before_v18(text, integer) from keyledger_query;
grant execute on function open_generation(text, integer) to keyledger_query;
