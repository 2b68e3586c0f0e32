-- Positions of the streams of ended sessions. Taking one locks the stream's row until the transaction ends, so that
-- positions are gapless and become visible in their order.
create table outbox_stream (
  stream        text primary key,
  last_position bigint not null
);

-- What has to reach Kafka because the transaction that wrote it was committed. A row goes once the brokers have it.
create table outbox (
  id            bigint generated always as identity primary key,
  topic         text  not null,
  partition     integer not null,
  record_key    text  not null,
  event_id      text  not null,
  event_type    text  not null,
  subject       text  not null,
  organization  text,
  position      bigint,
  body          bytea not null,
  happened_at   timestamptz not null
);

grant select, insert, update on outbox_stream to keyledger_token;
grant select, insert, delete on outbox to keyledger_token;
