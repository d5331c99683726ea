#!lua flags=allow-oom
-- The calls whose window has closed while the carrier may still have had them queued, the longest overdue first.
-- KEYS: queued, names
-- ARGV: echo, at most so many
-- Returns: echo, {id, member, tenant, channel, sid}, ...

local now = store_ms()
local answer = {ARGV[1]}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], 0, now, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local packed = redis.call('HGET', KEYS[2], id)
  local e = packed and cmsgpack.unpack(packed)
  if e and e.expires > now then
    answer[#answer + 1] = {id, e.member, e.tenant, e.channel, e.sid}
  else
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
end
return answer
