#!lua flags=allow-oom
-- End a reservation; its counts stay.
-- KEYS: number, recalls, queued, names
-- ARGV: echo, decision id
-- Returns: echo

redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('HDEL', KEYS[4], ARGV[2])
return {ARGV[1]}
