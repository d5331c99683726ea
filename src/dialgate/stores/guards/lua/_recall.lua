-- Prelude (after _reservation): reservations that an opt-out covers.
-- Recalls: hash of decision id -> msgpack {expires, member, tenant, channel, sid}; sid '' while the carrier's is unknown.

local function recall(recalls, member, id, value, now)
  value.recalled = true
  local entry = {expires = value.expires, member = member, tenant = value.tenant, channel = value.channel, sid = value.sid}
  write(recalls, id, entry, now)
end

-- Flag every open reservation of the number that the scope covers; appends {id, member, tenant, channel, sid} to `out`.
local function recall_all(number, recalls, member, scope, now, out)
  local fields = redis.call('HGETALL', number)
  for i = 1, #fields, 2 do
    local id, value = fields[i], cmsgpack.unpack(fields[i + 1])
    if not value.dead and value.expires > now then
      for _, token in ipairs(value.scopes) do
        if token == scope then
          recall(recalls, member, id, value, now)
          write(number, id, value, now)
          out[#out + 1] = {id, member, value.tenant, value.channel, value.sid}
          break
        end
      end
    end
  end
end

local function suppressed(r)
  for _, set in ipairs(r.sets) do
    if redis.call('SISMEMBER', set, r.member) == 1 then return true end
  end
  return false
end
