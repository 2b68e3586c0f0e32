-- What was stored before there were positions gets its own, in the order of time. Only the rows are locked: records are read
-- and added meanwhile. No export is given before this is done, since no release that gives any starts on an older schema.
update activity set position = placed.position
from (
  select organization, at, id, nextval('activity_positions') as position
  from (select organization, at, id from activity where position is null order by at, id) waiting
) placed
where activity.organization = placed.organization and activity.at = placed.at and activity.id = placed.id
  and activity.position is null;

-- After that, and not before: an index would make each of these changes dearer. Who adds records waits for it, nobody else.
create index activity_position on activity (organization, position);
