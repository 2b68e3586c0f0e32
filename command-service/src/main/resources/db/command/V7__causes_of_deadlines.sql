-- Of the event that set it; unknown of those that were set before this was kept.
ALTER TABLE key_deadline ADD COLUMN position bigint;
