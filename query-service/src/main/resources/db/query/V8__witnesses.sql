-- Who cosigned what of the logs. The platform's own log stands under the nil UUID.
create table log_cosigned (
  organization uuid,
  -- The verifier key.
  witness text,
  -- That it cosigned last, or said that it had.
  size bigint not null,
  -- What it answered instead of cosigning; null where it does cosign.
  refused text,
  at timestamptz not null,
  primary key (organization, witness)
);

-- The newest checkpoint that as many witnesses have cosigned as are required, at least one.
create table log_witnessed (
  organization uuid primary key,
  size bigint not null,
  note text not null,
  at timestamptz not null
);

grant select, insert, update on log_cosigned, log_witnessed to keyledger_query;
