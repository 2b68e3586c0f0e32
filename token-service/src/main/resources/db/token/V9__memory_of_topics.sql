-- How far of the ledger any replica has reflected. A replica begins on topics that reach at least as far, or waits until
-- the relay has filled them.
create table reflected (
  singleton    boolean primary key default true check (singleton),
  ledger_index bigint  not null
);
insert into reflected (ledger_index) values (-1);
grant select, update on reflected to keyledger_token;

-- What was sent to revocations.v1, for as long as a token that it ended can be alive: a topic that Kafka has lost is filled
-- from here, and a replica that begins knows it before it has read any topic.
create table outbox_sent (
  id           bigint primary key,
  topic        text  not null,
  partition    integer not null,
  record_key   text  not null,
  event_id     text  not null,
  event_type   text  not null,
  subject      text  not null,
  organization text,
  position     bigint,
  body         bytea not null,
  happened_at  timestamptz not null,
  sent_at      timestamptz not null default now()
);
create index outbox_sent_at on outbox_sent (sent_at);
grant select, insert, delete on outbox_sent to keyledger_token;

-- Which topic that was, and how far it had come by what was sent.
create table outbox_topic (
  topic    text primary key,
  topic_id text     not null,
  ends     bigint[] not null
);
grant select, insert, update on outbox_topic to keyledger_token;
