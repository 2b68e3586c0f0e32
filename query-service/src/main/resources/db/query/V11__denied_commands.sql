-- Of a denied command: what asked for it, and what for.
alter table activity
  add column by text,
  -- The key or the member that it was about; neither where that is the organisation.
  add column target_key uuid,
  add column target_member uuid,
  -- As the API's description calls it.
  add column operation text,
  add column permission text;

create index activity_target_key on activity (organization, target_key, at, id) where target_key is not null;
create index activity_target_member on activity (organization, target_member, at, id) where target_member is not null;
create index activity_by on activity (organization, by, at, id) where by is not null;
