#!lua flags=no-writes
-- The fence as it stands.
-- KEYS: fence, overlay
-- ARGV: echo, at most so many overlay ids
-- Returns: echo, gen, layout, rid, server's history id, wm, clock, now ms, overlay id, ...

local answer = {ARGV[1]}
local kept = redis.call('HMGET', KEYS[1], 'gen', 'layout', 'rid', 'wm', 'clock')
for i = 1, 3 do answer[#answer + 1] = kept[i] or '' end
answer[#answer + 1] = history_id()
for i = 4, 5 do answer[#answer + 1] = kept[i] or '' end
answer[#answer + 1] = store_ms()
local most = #answer + tonumber(ARGV[2])
for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
  if #answer >= most then break end
  if string.sub(field, 1, 2) == 'i:' then answer[#answer + 1] = string.sub(field, 3) end
end
return answer
