-- Deleting a session looks for the challenges that would switch it.
create index challenge_switches on challenge (switches) where switches is not null;
