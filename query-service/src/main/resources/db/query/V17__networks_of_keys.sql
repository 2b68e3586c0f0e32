-- From which network a key was refused or used for the first time: in clear, or sealed under the data key of the person
-- whom the key acts for. What was stored before tells none.
alter table activity
  add column network text,
  add column network_person uuid;
