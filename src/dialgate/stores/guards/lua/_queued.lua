-- Prelude (after _reservation): calls that the carrier has named and may still dial, until their window closes.
-- Queued: sorted set of decision ids by the store ms at which the window of each closes.
-- Names: hash of decision id -> msgpack {expires, member, tenant, channel, sid}.

local function queue(queued, names, r, value, now)
  if r.closes == 0 or value.sid == '' then return end
  redis.call('ZADD', queued, r.closes, r.id)
  outlive(queued, value.expires - now)
  local named = {expires = value.expires, member = r.member, tenant = r.tenant, channel = r.channel, sid = value.sid}
  write(names, r.id, named, now)
end
