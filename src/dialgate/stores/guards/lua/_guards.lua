-- Prelude: guards as flat triples in ARGV (kind, a, b), each with the key it looks into in KEYS.
--   absent, member, ''    present, member, ''    at_most, limit, window ms

local MOST_LOOKED_AT = 10000

-- Whether `limit` counts and one more at `at` lie within one window, and then when they no longer do (-1: never). Counts
-- ahead of `at` are scheduled ones, or of a clock that went back. Among very many it refuses without a closer look.
local function full(key, limit, window, at)
  if limit == 0 then return true, -1 end
  local from, to = '(' .. string.format('%.0f', at - window), '(' .. string.format('%.0f', at + window)
  local counts = redis.call('ZCOUNT', key, from, to)
  if counts < limit then return false end
  if counts > MOST_LOOKED_AT then return true, at + window end
  local near, free_at = redis.call('ZRANGEBYSCORE', key, from, to, 'WITHSCORES'), nil
  for i = 2, #near - 2 * (limit - 1), 2 do
    local first, last = tonumber(near[i]), tonumber(near[i + 2 * (limit - 1)])
    if math.max(last, at) - math.min(first, at) < window then free_at = first + window end
  end
  return free_at ~= nil, free_at
end

-- Index (from 0) and free_at_ms (-1 where there is none) of each guard that refuses an attempt that counts at `at`, flat.
local function refusing(first_key, first_arg, guards, at)
  local refused = {}
  for i = 0, guards - 1 do
    local key, a = KEYS[first_key + i], first_arg + 3 * i
    local kind, refuses, free_at = ARGV[a], true, -1
    if kind == 'absent' then
      refuses = redis.call('SISMEMBER', key, ARGV[a + 1]) == 1
    elseif kind == 'present' then
      refuses = redis.call('SISMEMBER', key, ARGV[a + 1]) == 0
    elseif kind == 'at_most' then
      refuses, free_at = full(key, tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), at)
    end
    if refuses then
      refused[#refused + 1] = i
      refused[#refused + 1] = free_at
    end
  end
  return refused
end
