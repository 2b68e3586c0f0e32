-- An offset means something in the topic that it was counted in, and in no other that comes to bear the name.
--   topic_id    as Kafka gives it (KIP-516) and its tools print it; null until a follower has first asked for it
--   unseen      events that were applied and that this topic hasn't shown again: what it still lacks, if it was made
--               anew from the ledger, or set back
--   lost_since  since when the topic is known to have forgotten records before they were read here; null if it hasn't
do $$
declare
  t text;
begin
  for t in
    select relname from pg_class
    where relnamespace = 'query'::regnamespace and relkind = 'r' and relname ~ '^offsets_g[0-9]+$'
  loop
    execute format('alter table %I
      add column topic_id text, add column unseen bigint not null default 0, add column lost_since timestamptz', t);
  end loop;
end
$$;

alter table usage_offsets add column topic_id text;

-- As before, with these columns.
create or replace function open_generation(new_state text, partitions integer) returns integer
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
      events bigint not null,
      topic_id text,
      unseen bigint not null default 0,
      lost_since timestamptz
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
