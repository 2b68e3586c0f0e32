-- The comparison of everything that holds history: which pass is under way, when each part was last compared as a whole,
-- and what was found. A pass is one replica's for as long as it renews its lease.
create table log_check (
  singleton boolean primary key default true check (singleton),
  holder text not null default '',
  leased_until timestamptz not null default '-infinity',
  -- The pass that is due at the latest; a higher number than the last pass was asked for.
  asked bigint not null default 1,
  pass bigint not null default 0,
  running boolean not null default false,
  stage text not null default '',
  -- Where in the stage to go on.
  cursor text not null default '',
  compared bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz
);
insert into log_check default values;

create table log_check_parts (
  part text primary key,
  -- The last pass that compared it as a whole.
  pass bigint not null,
  compared_at timestamptz,
  -- Whether the running pass, or the last one, couldn't compare it, and why.
  hindered text
);
insert into log_check_parts (part, pass) values ('ledger', 0), ('topic', 0), ('views', 0), ('log', 0);

create table log_check_findings (
  part text not null,
  kind text not null,
  organization uuid,
  position bigint,
  what text not null,
  found_at timestamptz not null,
  -- The last pass that found it.
  pass bigint not null
);
create unique index log_check_findings_key on log_check_findings (part, kind, organization, position, what) nulls not distinct;

grant select, update on log_check, log_check_parts to keyledger_query;
grant select, insert, update, delete on log_check_findings to keyledger_query;
