-- Whose e-mail address, or whose id, a count is about, as a keyed hash beside the one of all that it counts by: what an
-- erasure finds them by. Rows of before have none and go by their age, in a day or two.
alter table lock_out add column whose bytea;
alter table counted add column whose bytea;

create index lock_out_whose on lock_out (whose) where whose is not null;
create index counted_whose on counted (whose) where whose is not null;
