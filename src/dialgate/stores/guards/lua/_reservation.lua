-- Prelude: a reservation as the adapter passes it, and how it is kept.
-- Number hash: decision id -> msgpack {expires, tenant, channel, scopes, sid, recalled} or {expires, dead}.
-- Cap: sorted set of decision ids by the store ms that each counts at; the member `window` holds, negated, the longest window ever asked of it,
-- so that a short window never prunes what a longer one still counts.
-- Claim: hash of d (decision id), p (digest of the parameters), a (answer, absent while on its way).

-- KEYS from `k`: number, recalls, a set for each scope, a sorted set for each cap, the claim if there is one.
-- ARGV from `a`: id, member, tenant, channel, lifetime ms, due ms (0 = at once), ms its window closes (0 = never),
-- claim digest, claim ms (0 = no claim), number of scopes, their tokens, number of caps, their windows in ms.
-- Returns the reservation, the next key and the next argument.
local function reservation(k, a)
  local r = {
    number = KEYS[k], recalls = KEYS[k + 1], id = ARGV[a], member = ARGV[a + 1], tenant = ARGV[a + 2],
    channel = ARGV[a + 3], lifetime = tonumber(ARGV[a + 4]), due = tonumber(ARGV[a + 5]), closes = tonumber(ARGV[a + 6]),
    parameters = ARGV[a + 7], keep = tonumber(ARGV[a + 8]),
    scopes = {}, sets = {}, caps = {}, windows = {},
  }
  k, a = k + 2, a + 9
  for i = 1, tonumber(ARGV[a]) do r.scopes[i], r.sets[i] = ARGV[a + i], KEYS[k + i - 1] end
  k, a = k + #r.scopes, a + 1 + #r.scopes
  for i = 1, tonumber(ARGV[a]) do r.windows[i], r.caps[i] = tonumber(ARGV[a + i]), KEYS[k + i - 1] end
  k, a = k + #r.caps, a + 1 + #r.caps
  if r.keep > 0 then r.claim, k = KEYS[k], k + 1 end
  return r, k, a
end

local function outlive(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, ms) end
end

local function write(key, id, value, now)
  redis.call('HSET', key, id, cmsgpack.pack(value))
  outlive(key, value.expires - now)
end

-- The unexpired entry of `id` (dead ones included); expired ones of the same hash are dropped in passing.
local function find(key, id, now)
  local found
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local value = cmsgpack.unpack(fields[i + 1])
    if value.expires <= now then redis.call('HDEL', key, fields[i])
    elseif fields[i] == id then found = value end
  end
  return found
end

local function fresh(r, from)
  return {expires = from + r.lifetime, tenant = r.tenant, channel = r.channel, scopes = r.scopes, sid = '', recalled = false}
end

-- Counted when the carrier is to act: at the time it is scheduled for, else at `from`.
local function count(r, from, now)
  local at = math.max(r.due, from)
  for i, key in ipairs(r.caps) do
    local window, longest = r.windows[i], -(tonumber(redis.call('ZSCORE', key, 'window')) or 0)
    if longest == 0 then
      redis.call('ZADD', key, 'NX', at, r.id, -window, 'window')
    else
      redis.call('ZADD', key, 'NX', at, r.id)
      redis.call('ZREMRANGEBYSCORE', key, 0, now - math.max(window, longest))
      if window > longest then redis.call('ZADD', key, -window, 'window') end
    end
    outlive(key, math.max(at - now, 0) + math.max(window, longest))
  end
end

-- Make the claim if nobody has it; with an answer, keep that in a claim of one's own.
local function claim(key, id, parameters, ms, answer)
  local owner = redis.call('HGET', key, 'd')
  if not owner then
    redis.call('HSET', key, 'd', id, 'p', parameters)
    redis.call('PEXPIRE', key, ms)
  end
  if answer and (not owner or owner == id) then redis.call('HSET', key, 'a', answer) end
end
