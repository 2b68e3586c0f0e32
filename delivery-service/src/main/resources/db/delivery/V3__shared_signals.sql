-- polled       its receiver of security events fetches them: nothing is sent
-- verified_at  when its receiver last had a verification event made
-- announces    it may have yet to be told that it was paused, which is told though it is
alter table subscription add polled boolean not null default false, add verified_at timestamptz,
  add announces boolean not null default false;

drop index subscription_due;
create index subscription_due on subscription (due_at)
  where due_at is not null and (standing = 'active' or announces) and not gone;

-- source  the id of what happened, of which a stream is told once: its messages are counted by themselves
alter table message add source text;
create unique index message_source on message (organization, subscription, source) where source is not null;

-- By which one is found that comes though all else waits.
create index message_update on message (organization, subscription, position)
  where status = 'pending' and type = 'https://schemas.openid.net/secevent/ssf/event-type/stream-updated';

create table activity_offsets (
  kafka_partition integer primary key,
  next_offset     bigint not null,
  topic_id        text
);
insert into activity_offsets select p, 0, null from generate_series(0, 7) p;
grant select, update on activity_offsets to keyledger_delivery;

-- Subjects that a receiver has removed from its stream.
create table left_out (
  organization uuid,
  subscription uuid,
  subject      text,
  primary key (organization, subscription, subject)
);
grant select, insert, delete on left_out to keyledger_delivery;
