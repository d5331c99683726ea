#!lua flags=allow-oom
-- Ledger rows in order, each only at watermark + 1; a removal never against the overlay.
-- KEYS: fence, overlay, recalls, then for each entry of each row its set and the hash of its number
-- ARGV: echo, layout, field of the fence that holds the token (gen or nonce), token,
--       then for each row: seq, id, added entries, removed entries, and for each entry scope and member
-- Returns: echo, the watermark afterwards | echo (token, layout or history id is not what it was; nothing was done)

local fence, overlay = KEYS[1], KEYS[2]
local token, layout, rid, wm = unpack(redis.call('HMGET', fence, ARGV[3], 'layout', 'rid', 'wm'))
if token ~= ARGV[4] or layout ~= ARGV[2] or rid ~= history_id() then return {ARGV[1]} end
if not wm then return {ARGV[1], 0} end

wm = tonumber(wm)
local now, a, k = store_ms(), 5, 4
local waits = redis.call('EXISTS', overlay) == 1 -- mostly nothing does: then rows by the thousand need not look
while a <= #ARGV do
  local seq, id, adds, removes = tonumber(ARGV[a]), ARGV[a + 1], tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  a = a + 4
  if seq == wm + 1 then
    if waits then drop(overlay, id) end
    local waiting = removes > 0 and held(overlay)
    for i = 0, adds + removes - 1 do
      local set, number, scope, member = KEYS[k + 2 * i], KEYS[k + 2 * i + 1], ARGV[a + 2 * i], ARGV[a + 2 * i + 1]
      if i < adds then
        redis.call('SADD', set, member)
        recall_all(number, KEYS[3], member, scope, now, {})
      elseif not waiting[scope .. ':' .. member] then
        redis.call('SREM', set, member)
      end
    end
    wm = waits and absorb(overlay, seq) or seq
  end
  a, k = a + 2 * (adds + removes), k + 2 * (adds + removes)
end
redis.call('HSET', fence, 'wm', wm)
return {ARGV[1], wm}
