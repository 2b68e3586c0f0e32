-- gone_told    whether the ledger was told that its receiver is gone: told again, it would pause what a member has resumed
-- unsigned_at  when a replica last could open none of its secrets; null once something was sent
alter table subscription add gone_told boolean not null default false, add unsigned_at timestamptz;
