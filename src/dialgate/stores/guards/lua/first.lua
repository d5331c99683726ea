#!lua flags=allow-oom
-- Whether nobody asked this since its time ran out: a name that is free is taken.
-- KEYS: once, a string
-- ARGV: echo, how long it is taken, in ms
-- Returns: echo, 1 if it was free | echo, 0

local taken = redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2])
return {ARGV[1], taken and 1 or 0}
