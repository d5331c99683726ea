-- Prelude: the overlay, a hash of the rows that were added ahead of their turn:
-- `i:<id>` -> msgpack {seq ('' while not in the ledger), {scope, member, ...}} and `s:<seq>` -> id.

local function drop(overlay, id)
  local kept = redis.call('HGET', overlay, 'i:' .. id)
  if kept then redis.call('HDEL', overlay, 'i:' .. id, 's:' .. cmsgpack.unpack(kept)[1]) end
end

local function note(overlay, id, seq, entries)
  local kept = redis.call('HGET', overlay, 'i:' .. id)
  if kept and seq == '' then return end
  drop(overlay, id)
  redis.call('HSET', overlay, 'i:' .. id, cmsgpack.pack({seq, entries}))
  if seq ~= '' then redis.call('HSET', overlay, 's:' .. seq, id) end
end

-- The watermark after the rows that were waiting for it.
local function absorb(overlay, wm)
  while true do
    local seq = string.format('%.0f', wm + 1)
    local id = redis.call('HGET', overlay, 's:' .. seq)
    if not id then return wm end
    redis.call('HDEL', overlay, 'i:' .. id, 's:' .. seq)
    wm = wm + 1
  end
end

-- The rows whose turn has passed.
local function drop_passed(overlay, wm)
  for _, field in ipairs(redis.call('HKEYS', overlay)) do
    local seq = tonumber(string.match(field, '^s:(%d+)$'))
    if seq and seq <= wm then drop(overlay, redis.call('HGET', overlay, field)) end
  end
end

-- What the overlay holds, as a set of `scope:member`.
local function held(overlay)
  local found = {}
  local fields = redis.call('HGETALL', overlay)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'i:' then
      local entries = cmsgpack.unpack(fields[i + 1])[2]
      for e = 1, #entries, 2 do found[entries[e] .. ':' .. entries[e + 1]] = true end
    end
  end
  return found
end

local function forget_sequences(overlay)
  local fields = redis.call('HGETALL', overlay)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 's:' then redis.call('HDEL', overlay, fields[i])
    else redis.call('HSET', overlay, fields[i], cmsgpack.pack({'', cmsgpack.unpack(fields[i + 1])[2]})) end
  end
end
