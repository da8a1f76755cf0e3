"""The webhook and the public answer pages, on Flask; decides nothing itself."""
