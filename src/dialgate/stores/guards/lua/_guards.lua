-- Prelude: guards as flat triples in ARGV (kind, a, b), each with the key it looks into in KEYS.
--   absent, member, ''    present, member, ''    at_most, limit, window ms

-- Index (from 0) and free_at_ms (-1 where there is none) of each guard that refuses, flat.
local function refusing(first_key, first_arg, guards, now)
  local refused = {}
  for i = 0, guards - 1 do
    local key, at = KEYS[first_key + i], first_arg + 3 * i
    local kind, refuses, free_at = ARGV[at], true, -1
    if kind == 'absent' then
      refuses = redis.call('SISMEMBER', key, ARGV[at + 1]) == 1
    elseif kind == 'present' then
      refuses = redis.call('SISMEMBER', key, ARGV[at + 1]) == 0
    elseif kind == 'at_most' then
      -- Up to +inf: a score ahead of the clock was counted before the clock went back, and still counts.
      local window = tonumber(ARGV[at + 2])
      local since = '(' .. string.format('%.0f', now - window)
      refuses = redis.call('ZCOUNT', key, since, '+inf') >= tonumber(ARGV[at + 1])
      if refuses then
        local oldest = redis.call('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
        if oldest[2] then free_at = tonumber(oldest[2]) + window end
      end
    end
    if refuses then
      refused[#refused + 1] = i
      refused[#refused + 1] = free_at
    end
  end
  return refused
end
