-- Where a person belongs or belonged: written with the event that says so, and found by nothing else here.
CREATE TABLE person_membership (
  person       text NOT NULL,
  organization text NOT NULL,
  member       text NOT NULL,
  PRIMARY KEY (person, organization, member)
);
INSERT INTO person_membership (person, organization, member)
SELECT data ->> 'person', organization, data ->> 'member'
FROM (SELECT organization, convert_from(payload, 'UTF8')::jsonb AS data FROM event WHERE type = 'member.added') added;
GRANT SELECT, INSERT ON person_membership TO keyledger_command;

-- Who is erased, for ever: written with the platform's event of it, at that position. What follows from it is carried out
-- by whoever claims it, as often as it takes; context says who asked, until it is done.
CREATE TABLE erasure (
  person        text        PRIMARY KEY,
  position      bigint      NOT NULL,
  decided_at    timestamptz NOT NULL,
  context       bytea,
  done_at       timestamptz,
  claimed_until timestamptz NOT NULL
);
CREATE INDEX erasure_due ON erasure (claimed_until) WHERE done_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON erasure TO keyledger_command;
