#!lua flags=allow-oom
-- Add members during a load. A chunk may take several scripts; the last one counts it.
-- KEYS: fence, a set for each member
-- ARGV: echo, nonce, layout, chunk (from 1), ends (1 = counts the chunk), members
-- Returns: echo, 1 or 0 (nonce, history id or chunk count is not what it was; nothing was added)

local chunk = tonumber(ARGV[4])
local fits = loading(KEYS[1], ARGV[2], ARGV[3]) and tonumber(redis.call('HGET', KEYS[1], 'loaded')) == chunk - 1
if not fits then return {ARGV[1], 0} end
for i = 2, #KEYS do redis.call('SADD', KEYS[i], ARGV[i + 4]) end
if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'loaded', chunk) end
return {ARGV[1], 1}
