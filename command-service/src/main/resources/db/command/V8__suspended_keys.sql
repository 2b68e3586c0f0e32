-- When a key's suspension is over.
ALTER TABLE key_deadline DROP CONSTRAINT key_deadline_kind_check;
ALTER TABLE key_deadline ADD CONSTRAINT key_deadline_kind_check CHECK (kind IN ('expiry', 'grace', 'suspension'));
