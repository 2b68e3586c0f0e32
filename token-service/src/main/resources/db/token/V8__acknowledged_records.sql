-- Records of a topic that can't be read and that an operator took it upon themselves to go on without. Named by all that
-- makes out the one record: a row excuses no other, neither of a topic made anew nor at the same offset.
create table acknowledged_record (
  topic           text        not null,
  topic_id        text        not null,
  partition       integer     not null,
  record_offset   bigint      not null,
  digest          text        not null,
  organization    text,
  record_key      text,
  written_at      timestamptz not null,
  size            integer     not null,
  acknowledged_by uuid        not null references person,
  acknowledged_at timestamptz not null,
  reason          text        not null,
  primary key (topic, topic_id, partition, record_offset, digest)
);

create index acknowledged_record_at on acknowledged_record (acknowledged_at);

grant select, insert on acknowledged_record to keyledger_token;
