#!lua flags=allow-oom
-- The reservations that are to be cancelled at the carrier; those it can no longer act on are dropped.
-- KEYS: recalls
-- ARGV: echo, at most so many
-- Returns: echo, {id, member, tenant, channel, sid}, ...

local now = store_ms()
local answer = {ARGV[1]}
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local e = cmsgpack.unpack(fields[i + 1])
  if e.expires <= now then redis.call('HDEL', KEYS[1], fields[i])
  elseif #answer <= tonumber(ARGV[2]) then answer[#answer + 1] = {fields[i], e.member, e.tenant, e.channel, e.sid} end
end
return answer
