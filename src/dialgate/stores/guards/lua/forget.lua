#!lua flags=allow-oom
-- A name that `first` took is free again.
-- KEYS: once
-- ARGV: echo
-- Returns: echo

redis.call('DEL', KEYS[1])
return {ARGV[1]}
