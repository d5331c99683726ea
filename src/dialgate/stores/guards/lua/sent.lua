#!lua flags=allow-oom
-- Keep the carrier's id, and the answer in the claim; say whether to cancel at once. An unknown reservation is made anew.
-- KEYS: fence, queued, names, reservation (see _reservation)
-- ARGV: echo, generation, layout, head, carrier sid, has answer (0 or 1), answer, reservation
-- Returns: echo and one of: closed, why | cancel | kept

local why, now = closed(KEYS[1], ARGV[2], ARGV[3], ARGV[4], '')
if why then return {ARGV[1], 'closed', why} end

local r = reservation(4, 8)
local value = find(r.number, r.id, now)
if not value or value.dead then
  value = fresh(r, now)
  count(r, now, now)
  if r.claim then claim(r.claim, r.id, r.parameters, r.keep) end
end
value.sid = ARGV[5]
local cancel = value.recalled or suppressed(r)
if cancel then recall(r.recalls, r.member, r.id, value, now) end
queue(KEYS[2], KEYS[3], r, value, now)
write(r.number, r.id, value, now)
if r.claim and ARGV[6] == '1' then claim(r.claim, r.id, r.parameters, r.keep, ARGV[7]) end
return {ARGV[1], cancel and 'cancel' or 'kept'}
