CREATE INDEX entries_text ON entries USING gin (text gin_trgm_ops);
