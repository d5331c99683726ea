#!lua flags=allow-oom
-- The next free slot of a carrier account, in the order of asking; or, where that is too far off, a place in the row of
-- tenants that were turned away. Each in that row has one of the coming slots to itself, the longest waiting the first.
-- KEYS: pace, a hash of `at` (from when on the next slot is free) and, for each tenant in the row, `t:<name>` ->
--       msgpack {since, till}. All times in microseconds of the store's clock.
-- ARGV: echo, tenant, time between two slots, the longest that a caller waits, how long a place in the row outlives its turn
-- Returns: echo, 1, time to wait | echo, 0, time after which to ask again

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, me = KEYS[1], 't:' .. ARGV[2]
local between, longest, grace = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local at, row, last = now, {}, now
local fields = redis.call('HGETALL', key)
for i = 1, #fields, 2 do
  if fields[i] == 'at' then
    at = tonumber(fields[i + 1])
  else
    local place = cmsgpack.unpack(fields[i + 1])
    if place.till > now then
      row[fields[i]], last = place.since, math.max(last, place.since + 1)
    else
      redis.call('HDEL', key, fields[i])
    end
  end
end
-- No slot is given out so far ahead: the clock went back, or calls are paced faster than before.
if at < now or at > now + longest + between then at = now end

local since, ahead = row[me] or last, 0
for _, other in pairs(row) do
  if other < since then ahead = ahead + 1 end
end

local function keep(field, value, till)
  redis.call('HSET', key, field, value)
  local ms = math.ceil((till - now) / 1000)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end

local again = at + ahead * between - longest - now
if again <= 0 then
  redis.call('HDEL', key, me)
  keep('at', string.format('%.0f', at + between), at + between)
  return {ARGV[1], 1, at - now}
end
keep(me, cmsgpack.pack({since = since, till = now + again + grace}), now + again + grace)
return {ARGV[1], 0, again}
