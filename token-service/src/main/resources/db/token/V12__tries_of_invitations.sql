-- How many first passwords an invitation was tried with: each costs an estimate of its strength and a hash.
alter table invitation add column tries integer not null default 0;
