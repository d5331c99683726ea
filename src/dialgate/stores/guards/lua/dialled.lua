#!lua flags=allow-oom
-- The carrier has it queued no longer: that its window closes means nothing any more. The reservation stays.
-- KEYS: queued, names
-- ARGV: echo, decision id
-- Returns: echo

redis.call('ZREM', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[2])
return {ARGV[1]}
