-- A family that came by client credentials is refreshed by its client alone, who shows the secret (RFC 6749, section 6).
-- Of families from before nobody knows how they came: those of the platform's own paths are taken for such, since their
-- clients have a secret to show, or to exchange anew.
alter table key_refresh_families add column confidential boolean not null default false;
update key_refresh_families set confidential = true where dialect = 'canonical';
