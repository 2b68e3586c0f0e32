-- Which topics the relay wrote and how far they had come, as of the token beside it: what Kafka has lost or set back is
-- told by it, made anew and filled from the ledger.
ALTER TABLE relay_checkpoint ADD COLUMN topics bytea;
