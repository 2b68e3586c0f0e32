-- Run once per database by a superuser, before any service starts: one schema per service, owned by a role that only
-- migrations use, and a runtime role beside it that is granted what it needs by those migrations and nothing else.
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
      ('keyledger_token',         '${token_password}')
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

DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['command', 'query', 'token']
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
