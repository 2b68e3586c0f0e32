-- The session that a sign-in began, from which this one came by switching. Of them all one at most has not ended, and it
-- ends with whatever ends one of those before it. NULL for a session that was the first, or began before this column.
alter table session add column sign_in_id uuid;

create index session_sign_in on session (sign_in_id) where ended_at is null;
