-- How far the topics were read, with the id of the topic that the offsets are of.
create table events_offsets (
  kafka_partition integer primary key,
  next_offset     bigint not null,
  topic_id        text
);
create table subscriptions_offsets (
  kafka_partition integer primary key,
  next_offset     bigint not null,
  topic_id        text
);
insert into events_offsets select p, 0, null from generate_series(0, 7) p;
insert into subscriptions_offsets select p, 0, null from generate_series(0, 7) p;

-- The last position of each organisation that was applied, and why it doesn't go on, where it doesn't.
create table progress (
  organization uuid primary key,
  position     bigint not null,
  halted       text,
  halted_since timestamptz
) with (fillfactor = 60);

create index progress_halted on progress (halted_since) where halted is not null;

-- What came of an organisation behind something that it can't go on from.
create table waiting (
  organization uuid,
  position     bigint,
  subject      text,
  record       bytea not null,
  primary key (organization, position)
);

-- What the ledger says of a subscription, and how its receiver does.
--   state             JSON: what was asked for; text that PostgreSQL could refuse is escaped in it
--   created_position  what comes behind it is sent
--   secret_position   of the event that gave it its newest secret
--   last_position     of its newest message: the next one's previous
--   gone              its receiver said that it is there no more (410): nothing is sent until the ledger says resumed
--   failures          in a row
--   rests_until       nothing is sent before that
--   due_at            when there is something to send; null where there is nothing. It may be too early, never too late
--   holder            the replica's courier that sends just now, until held_until by this database's clock
--   ending            it was removed, and some of its messages may still wait
create table subscription (
  organization     uuid,
  subscription     uuid,
  state            text        not null,
  standing         text        not null,
  created_position bigint      not null,
  secret_position  bigint      not null,
  last_position    bigint,
  gone             boolean     not null default false,
  failures         integer     not null default 0,
  rests_until      timestamptz,
  due_at           timestamptz,
  holder           uuid,
  held_until       timestamptz,
  ending           boolean     not null default false,
  primary key (organization, subscription)
) with (fillfactor = 60);

create index subscription_due on subscription (due_at)
  where due_at is not null and standing = 'active' and not gone;

create index subscription_gone on subscription (organization, subscription) where gone and standing = 'active';

create index subscription_ending on subscription (organization, subscription) where ending;

-- What the relay last said of its secrets, sealed: the record as the topic has it. Unusable is one without any, of a
-- subscription that was removed: it may be here before the event that says so.
create table secrets (
  organization uuid,
  subscription uuid,
  position     bigint  not null,
  usable       boolean not null,
  record       bytea   not null,
  primary key (organization, subscription)
);

-- One event for one subscription.
--   previous         the position of the message before it; null for the first
--   body             null once it was dropped
--   tries_before     how often it had been tried when it was queued, which replaying does anew
--   attempts         JSON: the last ones, oldest first
--   next_attempt_at  of one that is pending
--   settled_at       since when it is delivered or dead
create table message (
  organization    uuid,
  subscription    uuid,
  position        bigint,
  previous        bigint,
  type            text        not null,
  body            bytea,
  status          text        not null,
  queued_at       timestamptz not null,
  tries           integer     not null default 0,
  tries_before    integer     not null default 0,
  attempts        text        not null default '[]',
  next_attempt_at timestamptz,
  settled_at      timestamptz,
  primary key (organization, subscription, position)
) with (fillfactor = 80);

create index message_status on message (organization, subscription, status, position);
create index message_due on message (organization, subscription, next_attempt_at) where status = 'pending';
create index message_queued on message (queued_at) where status = 'pending';
create index message_settled on message (settled_at) where settled_at is not null;
create index message_body on message (settled_at) where status = 'delivered' and body is not null;

grant select, update on events_offsets, subscriptions_offsets to keyledger_delivery;
grant select, insert, update, delete on progress, waiting, subscription, secrets, message to keyledger_delivery;
