#!lua flags=allow-oom
-- Register an allowed decision again during a load; what is there already stands. Recalled if its number is suppressed.
-- KEYS: fence, queued, names, reservation (see _reservation)
-- ARGV: echo, nonce, layout, reserved at ms, carrier sid, open (0 or 1), has answer (0 or 1), answer, reservation
-- Returns: echo, 1 or 0 (nonce or history id is not what it was; nothing was done)

if not loading(KEYS[1], ARGV[2], ARGV[3]) then return {ARGV[1], 0} end
local now, at = store_ms(), tonumber(ARGV[4])
local r = reservation(4, 9)
local value = find(r.number, r.id, now)
if value and value.dead then return {ARGV[1], 1} end

count(r, at, now)
if not value and ARGV[6] == '1' and at + r.lifetime > now then value = fresh(r, at) end
if value then
  if value.sid == '' then value.sid = ARGV[5] end
  if value.recalled or suppressed(r) then recall(r.recalls, r.member, r.id, value, now) end
  queue(KEYS[2], KEYS[3], r, value, now)
  write(r.number, r.id, value, now)
end
-- A released attempt has no answer and no claim; a settled one keeps its answer for as long as the claim was to live.
local answer = ARGV[7] == '1' and ARGV[8] or nil
if r.claim and at + r.keep > now and (answer or ARGV[6] == '1') then
  if redis.call('HEXISTS', r.claim, 'a') == 1 then answer = nil end
  claim(r.claim, r.id, r.parameters, at + r.keep - now, answer)
end
return {ARGV[1], 1}
