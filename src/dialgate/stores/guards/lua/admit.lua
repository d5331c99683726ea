#!lua
-- Check the fence, then the claim, then every guard; reserve only if all hold. The only script that a full memory stops.
-- KEYS: fence, reservation (see _reservation), a key for each guard
-- ARGV: echo, generation, layout, head, gate ms, reservation, number of guards, guards (see _guards)
-- Returns: echo and one of: closed, why | used | claimed, id, parameters, answer | refused, index, free_at_ms, ...
--          | reserved, at_ms. `used`: this id was reserved or abandoned before.

local echo = ARGV[1]
local why, now, due = closed(KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if why then return {echo, 'closed', why} end
if due then redis.call('HSET', KEYS[1], 'clock', now) end

local r, k, a = reservation(2, 6)
if find(r.number, r.id, now) then return {echo, 'used'} end
if r.claim then
  local id, parameters, answer = unpack(redis.call('HMGET', r.claim, 'd', 'p', 'a'))
  if id then return {echo, 'claimed', id, parameters, answer} end
end

local refused = refusing(k, a + 1, tonumber(ARGV[a]), math.max(r.due, now))
if #refused > 0 then return {echo, 'refused', unpack(refused)} end

write(r.number, r.id, fresh(r, now), now)
count(r, now, now)
if r.claim then claim(r.claim, r.id, r.parameters, r.keep) end
return {echo, 'reserved', now}
