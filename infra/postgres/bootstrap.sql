-- Run once per database by a superuser, before ./keyledger migrate and before any service starts: one schema per
-- service, owned by a role that only migrations use, and a runtime role beside it that is granted what it needs by those
-- migrations and nothing else. Services are given the runtime roles' passwords alone.
-- Placeholders in ${...} are passwords; whoever runs this puts them in. Running it again changes nothing but passwords.

DO $$
DECLARE
  login record;
BEGIN
  FOR login IN
    SELECT * FROM (VALUES
      ('keyledger_command_owner', '${command_owner_password}'),
      ('keyledger_command',       '${command_password}'),
      ('keyledger_query_owner',   '${query_owner_password}'),
      ('keyledger_query',         '${query_password}'),
      ('keyledger_token_owner',   '${token_owner_password}'),
      ('keyledger_token',         '${token_password}'),
      ('keyledger_delivery_owner', '${delivery_owner_password}'),
      ('keyledger_delivery',      '${delivery_password}')
    ) AS logins (name, password)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login.name) THEN
      EXECUTE format('CREATE ROLE %I', login.name);
    END IF;
    EXECUTE format(
      'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
      login.name, login.password);
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- Large objects belong to no schema, so that no right on one keeps a login from making them.
REVOKE EXECUTE ON FUNCTION
  pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)
  FROM PUBLIC;

-- Everybody may connect to these two unless somebody says otherwise, and make temporary tables there. Other databases on
-- the same server are their owners' to close, or pg_hba.conf's: it is best to give Keyledger a server of its own.
DO $$
DECLARE
  other text;
BEGIN
  FOR other IN SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')
  LOOP
    IF has_database_privilege('public', other, 'CONNECT') OR has_database_privilege('public', other, 'TEMPORARY') THEN
      EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', other);
    END IF;
  END LOOP;
END
$$;

DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['command', 'query', 'token', 'delivery']
  LOOP
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %I',
      current_database(), 'keyledger_' || service || '_owner', 'keyledger_' || service);
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, 'keyledger_' || service || '_owner');
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, 'keyledger_' || service);
    -- A function is executable by everybody unless its owner says otherwise.
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
      'keyledger_' || service || '_owner');
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I',
      'keyledger_' || service, current_database(), service);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I',
      'keyledger_' || service || '_owner', current_database(), service);
  END LOOP;
END
$$;
