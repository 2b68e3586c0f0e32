-- The checkpoint that an organisation's own witnesses are shown, with the signatures that it has. It stays the same for a
-- while, so that they all sign one.
create table log_offered (
  organization uuid primary key,
  size bigint not null,
  note text not null,
  at timestamptz not null
);

-- The newest one that as many of them have cosigned as its policy wanted then.
create table log_countersigned (
  organization uuid primary key,
  size bigint not null,
  note text not null,
  at timestamptz not null
);

grant select, insert, update on log_offered, log_countersigned to keyledger_query;
