-- ended  position of the event by which a key ended that it tells of: what comes of it stands in the key's receipt
-- told   the status and the tries that the receipt's keeper was told last
alter table message add ended bigint, add told text;
-- A replica of the release before writes neither: what it has settled shows here all the same.
create index message_untold on message (organization, ended)
  where ended is not null and told is distinct from (status || ' ' || tries::text);
