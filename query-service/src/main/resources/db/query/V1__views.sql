-- Views come in generations: tables with the suffix _g<n>, so that a rebuild grows beside what serves and takes its
-- place by one row. The runtime role has no DDL: the three functions below are all the structure that it may change.

create sequence generation_numbers as integer;

create table generations (
  generation integer primary key,
  state text not null check (state in ('building', 'live')),
  indexed boolean not null
);

-- At most one generation serves and at most one is being built.
create unique index generations_state on generations (state);

create table rebuilds (
  id text primary key,
  generation integer not null unique,
  state text not null check (state in ('running', 'served', 'cancelled')),
  requested_by text not null,
  requested_at timestamptz not null,
  -- Null while it is being built; afterwards what it came to.
  finished_at timestamptz,
  events bigint
);

create function open_generation(new_state text, partitions integer) returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  n integer := nextval('generation_numbers');
  t text;
begin
  insert into generations values (n, new_state, false);
  execute format('create table offsets_g%s (
      kafka_partition integer primary key,
      next_offset bigint not null,
      record_at timestamptz,
      events bigint not null
    ) with (fillfactor = 20)', n);
  execute format('insert into offsets_g%s select p, 0, null, 0 from generate_series(0, $1 - 1) p', n) using partitions;
  -- The position that a row reflects is its organisation''s, applied in the same transaction.
  execute format('create table positions_g%s (
      organization uuid primary key,
      position bigint not null
    ) with (fillfactor = 60)', n);
  execute format('create table organizations_g%s (
      organization uuid primary key,
      slug text not null,
      name text not null,
      kind text not null,
      preset text,
      status text not null,
      suspended boolean not null,
      suspension_reason text,
      ip_allowlist text not null,
      -- The environments that the allowlist binds, or none for all.
      ip_allowlist_environments text not null,
      created_at timestamptz not null
    )', n);
  execute format('create table policies_g%s (
      organization uuid primary key,
      policy text not null,
      ceiling text not null,
      position bigint not null,
      changed_at timestamptz not null
    )', n);
  execute format('create table members_g%s (
      organization uuid,
      member uuid,
      person uuid not null,
      email text not null,
      role text not null,
      added_at timestamptz not null,
      removed_at timestamptz,
      primary key (organization, member)
    )', n);
  execute format('create table keys_g%s (
      organization uuid,
      key uuid,
      name text not null,
      environment text not null,
      scopes text not null,
      created_by uuid,
      created_at timestamptz not null,
      expires_at timestamptz,
      secret_prefix text not null,
      secret_created_at timestamptz not null,
      older_prefix text,
      older_created_at timestamptz,
      older_valid_until timestamptz,
      ended text,
      ended_at timestamptz,
      primary key (organization, key)
    )', n);
  -- The record is the fact as the topic carries it; prior is the one word of the state before it that it does not say.
  execute format('create table events_g%s (
      organization uuid,
      position bigint,
      at timestamptz not null,
      type text not null,
      subject uuid,
      actor uuid,
      prior text,
      record bytea not null,
      primary key (organization, position)
    )', n);
  execute format('create table halted_g%s (
      organization uuid primary key,
      kafka_partition integer not null,
      reason text not null,
      since timestamptz not null
    )', n);
  execute format('create table parked_g%s (
      organization uuid,
      kafka_partition integer,
      kafka_offset bigint,
      position bigint,
      record bytea,
      primary key (organization, kafka_partition, kafka_offset)
    )', n);
  foreach t in array array['offsets', 'positions', 'organizations', 'policies', 'members', 'keys', 'events', 'halted', 'parked'] loop
    execute format('grant select, insert, update, delete on %I to keyledger_query', t || '_g' || n);
  end loop;
  return n;
end
$$;

-- What only reads need. A rebuild asks for it once most of its rows are there: sorting beats inserting one by one.
create function index_generation(n integer) returns void
  language plpgsql security definer set search_path = query, pg_temp as
$$
begin
  execute format('create unique index organizations_slug_g%1$s on organizations_g%1$s (slug)', n);
  execute format('create index events_subject_g%1$s on events_g%1$s (organization, subject, position) where subject is not null', n);
  execute format('create index events_actor_g%1$s on events_g%1$s (organization, actor, position) where actor is not null', n);
  execute format('create index events_type_g%1$s on events_g%1$s (organization, type, position)', n);
  execute format('create index events_at_g%1$s on events_g%1$s (organization, at)', n);
  execute format('analyze events_g%s', n);
  execute format('analyze keys_g%s', n);
  update generations set indexed = true where generation = n;
end
$$;

-- Whatever the pointer table doesn't name has been replaced and goes.
create function drop_retired_generations() returns integer
  language plpgsql security definer set search_path = query, pg_temp as
$$
declare
  t text;
  dropped integer := 0;
begin
  for t in
    select c.relname from pg_class c
    where c.relnamespace = 'query'::regnamespace and c.relkind = 'r' and c.relname ~ '_g[0-9]+$'
      and not exists (select from generations g where g.generation = substring(c.relname from '_g([0-9]+)$')::integer)
    order by c.relname
  loop
    execute format('drop table %I', t);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

-- Last use is no part of the ledger: a rebuild doesn't touch it.
create table secret_usage (
  organization uuid,
  key uuid,
  secret_prefix text,
  uses bigint not null,
  last_used_at timestamptz not null,
  primary key (organization, key, secret_prefix)
) with (fillfactor = 70);

create table usage_offsets (
  kafka_partition integer primary key,
  next_offset bigint not null
) with (fillfactor = 20);

insert into usage_offsets select p, 0 from generate_series(0, 8 - 1) p;

revoke execute on function open_generation(text, integer) from public;
revoke execute on function index_generation(integer) from public;
revoke execute on function drop_retired_generations() from public;

grant usage on schema query to keyledger_query;
grant execute on function open_generation(text, integer) to keyledger_query;
grant execute on function index_generation(integer) to keyledger_query;
grant execute on function drop_retired_generations() to keyledger_query;
grant select, update, delete on generations to keyledger_query;
grant select, insert, update on rebuilds to keyledger_query;
grant select, insert, update on secret_usage to keyledger_query;
grant select, update on usage_offsets to keyledger_query;

-- Eight is the number of partitions of the topics, fixed for ever.
select index_generation(open_generation('live', 8));
