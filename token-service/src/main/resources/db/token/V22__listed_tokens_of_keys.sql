-- What of a key's tokens is alive, for who finds that it was in others' hands.
create index listed_token_key on listed_token (key, issued_at) include (expires_at) where key is not null;
