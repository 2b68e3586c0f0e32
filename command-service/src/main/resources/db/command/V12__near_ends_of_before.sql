-- Apart from what came before, which holds all others off the table: this takes a while where there are many.
UPDATE key_deadline SET warn_at = due_at - interval '30 days' WHERE kind = 'expiry' AND warn_at IS NULL;
CREATE INDEX key_deadline_warn ON key_deadline (warn_at) WHERE kind = 'expiry';
