#!lua flags=allow-oom
-- Add the entries of one ledger row (always), put it in its place in the order of rows, flag what it covers.
-- KEYS: fence, overlay, recalls, then for each entry its set and the hash of its number
-- ARGV: echo, layout, id, seq ('' = not in the ledger yet), then for each entry scope and member
-- Returns: echo, generation it is in force at ('' = not in force), {id, member, tenant, channel, sid}, ...

local fence, overlay, id, seq = KEYS[1], KEYS[2], ARGV[3], ARGV[4]
local gen, layout, rid, wm = unpack(redis.call('HMGET', fence, 'gen', 'layout', 'rid', 'wm'))
local now = store_ms()
local in_force = gen and layout == ARGV[2] and rid == history_id()
local answer = {ARGV[1], in_force and gen or ''}

for i = 5, #ARGV, 2 do
  redis.call('SADD', KEYS[i - 1], ARGV[i + 1])
  recall_all(KEYS[i], KEYS[3], ARGV[i + 1], ARGV[i], now, answer)
end

-- Under another layout these are other keys: that index has not got the row, and its watermark must not say so.
if layout and layout ~= ARGV[2] then return answer end
wm = tonumber(wm)
if seq == '' or not wm or tonumber(seq) > wm + 1 then
  note(overlay, id, seq, {unpack(ARGV, 5)})
else
  drop(overlay, id)
  if tonumber(seq) == wm + 1 then redis.call('HSET', fence, 'wm', absorb(overlay, wm + 1)) end
end
return answer
