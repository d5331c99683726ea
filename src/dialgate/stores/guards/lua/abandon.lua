#!lua flags=allow-oom
-- Give back reservation, counts and claim, and leave a tombstone. It need not live long: a late admit carries the gate's
-- clock, and the fence refuses it once that is 2 s old.
-- KEYS: reservation (see _reservation)
-- ARGV: echo, tombstone ms, reservation
-- Returns: echo

local now = store_ms()
local r = reservation(1, 3)
find(r.number, r.id, now)
write(r.number, r.id, {expires = now + tonumber(ARGV[2]), dead = true}, now)
redis.call('HDEL', r.recalls, r.id)
for _, key in ipairs(r.caps) do redis.call('ZREM', key, r.id) end
if r.claim and redis.call('HGET', r.claim, 'd') == r.id then redis.call('DEL', r.claim) end
return {ARGV[1]}
