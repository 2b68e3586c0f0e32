-- Statistics of 9,000 rows say as much of history and keys as those of 30,000: every question names its organisation, and
-- goes along an index that begins with it. A rebuild waits for them, as its last step, by one process alone.
create or replace function thrifty_statistics(n integer) returns void
  language plpgsql set search_path = query, pg_temp as
$$
declare
  t text;
begin
  foreach t in array array[format('events_g%s', n), format('keys_g%s', n)] loop
    -- Nobody asks for a record or a leaf by what it is.
    execute (select format('alter table %I %s', t, string_agg(format('alter column %I set statistics %s', attname,
        case when attname in ('record', 'leaf') then 0 else 30 end), ', '))
      from pg_attribute where attrelid = t::regclass and attnum > 0 and not attisdropped);
  end loop;
end
$$;

-- As before; an index of an expression has statistics of its own.
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
  execute format('alter index events_words_g%s alter column 1 set statistics 30', n);
  execute format('analyze events_g%s', n);
  execute format('analyze keys_g%s', n);
  update generations set indexed = true where generation = n;
end
$$;

do $$
declare
  g record;
begin
  for g in select generation, indexed from generations order by generation loop
    perform thrifty_statistics(g.generation);
    if g.indexed then
      execute format('alter index events_words_g%s alter column 1 set statistics 30', g.generation);
    end if;
  end loop;
end
$$;
