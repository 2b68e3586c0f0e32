-- How far a collector has taken history, and how it does. Beside its row of subscription, which couriers pass over.
--   shown         whether it is shown a token, without which nothing is sent
--   ledger        the last position of the ledger that it took, or that was passed over
--   activity      the same of what happens beside the ledger; null until it is known where that began
--   sent          events that it took, in all
--   failures      in a row
--   rests_until   nothing is sent before that
--   due_at        when it is looked at; null while it is paused. It may be too early
--   news_at       when something last was there for it, or was said to be
--   holder        the replica's turn that sends just now, until held_until by this database's clock
--   delivered_at  when it last took something
--   failed_at     when it last didn't, and what came of that: a status or an error
create table collector (
  organization uuid,
  subscription uuid,
  shown        boolean     not null,
  ledger       bigint      not null,
  activity     bigint,
  sent         bigint      not null default 0,
  failures     integer     not null default 0,
  rests_until  timestamptz,
  due_at       timestamptz,
  news_at      timestamptz not null,
  holder       uuid,
  held_until   timestamptz,
  delivered_at timestamptz,
  failed_at    timestamptz,
  status       integer,
  error        text,
  primary key (organization, subscription)
) with (fillfactor = 60);

create index collector_due on collector (due_at) where due_at is not null;

grant select, insert, update, delete on collector to keyledger_delivery;
