#!lua flags=no-writes
-- Who has a claim.
-- KEYS: claim
-- ARGV: echo
-- Returns: echo, decision id, parameters, answer (nil where there is none)

local id, parameters, answer = unpack(redis.call('HMGET', KEYS[1], 'd', 'p', 'a'))
return {ARGV[1], id, parameters, answer}
