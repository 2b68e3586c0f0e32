-- What happened beside the ledger, by organisation: sign-ins, sessions, refusals of keys. No part of the view versions, so
-- that a rebuild doesn't touch it. A partition for each month: what is old goes by dropping one.
create table activity (
  organization uuid not null,
  at timestamptz not null,
  -- Given by who wrote the record: one that is read twice is stored once.
  id uuid not null,
  type text not null,
  person uuid,
  session uuid,
  key uuid,
  code text,
  count bigint,
  primary key (organization, at, id)
) partition by range (at);

create index activity_person on activity (organization, person, at, id) where person is not null;
create index activity_session on activity (organization, session, at, id) where session is not null;
create index activity_key on activity (organization, key, at, id) where key is not null;
create index activity_type on activity (organization, type, at, id);

create table activity_offsets (
  kafka_partition integer primary key,
  next_offset bigint not null,
  topic_id text
) with (fillfactor = 20);

-- Eight is the number of partitions of the topics, fixed for ever.
insert into activity_offsets select p, 0, null from generate_series(0, 8 - 1) p;

-- Made beside the table and attached then: that keeps no reader waiting.
create function open_activity_month(instant timestamptz) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  month timestamp := date_trunc('month', instant at time zone 'UTC');
  partition text := 'activity_' || to_char(month, 'YYYYMM');
begin
  if to_regclass(partition) is not null then
    return;
  end if;
  lock table activity in share update exclusive mode;
  if to_regclass(partition) is not null then
    return;
  end if;
  execute format('create table %I (like activity including all)', partition);
  execute format('alter table activity attach partition %I for values from (%L) to (%L)',
    partition, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
end
$$;

-- Months that lie before that instant as a whole. It waits for no reader longer than a second: the next try is soon.
create function drop_activity_before(instant timestamptz) returns integer
  language plpgsql security definer set search_path = query, pg_temp set lock_timeout = '1s' as
$$
declare
  t text;
  dropped integer := 0;
begin
  for t in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'query.activity'::regclass
      and c.relname < 'activity_' || to_char(instant at time zone 'UTC', 'YYYYMM')
    order by c.relname
  loop
    execute format('drop table %I', t);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

revoke execute on function open_activity_month(timestamptz) from public;
revoke execute on function drop_activity_before(timestamptz) from public;
grant execute on function open_activity_month(timestamptz) to keyledger_query;
grant execute on function drop_activity_before(timestamptz) to keyledger_query;
grant select, insert on activity to keyledger_query;
grant select, update on activity_offsets to keyledger_query;

-- Who a sign-in was of is found by the person among an organisation's members.
do $$
declare
  t text;
begin
  for t in
    select relname from pg_class
    where relnamespace = 'query'::regnamespace and relkind = 'r' and relname ~ '^members_g[0-9]+$'
  loop
    execute format('create index %I on %I (organization, person)', 'members_person' || substring(t from '_g[0-9]+$'), t);
  end loop;
end
$$;

-- As before, and that index.
alter function index_generation(integer) rename to index_generation_v1;

create function index_generation(n integer) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
begin
  execute format('create index if not exists members_person_g%1$s on members_g%1$s (organization, person)', n);
  perform index_generation_v1(n);
end
$$;

revoke execute on function index_generation_v1(integer) from keyledger_query;
revoke execute on function index_generation(integer) from public;
grant execute on function index_generation(integer) to keyledger_query;
