-- Prelude of every script that asks or writes the fence, a hash of
-- gen (absent while closed), layout, rid (history id it was opened or begun on), wm (watermark), clock, nonce, loaded.

local MOST_APART_MS = 2000
local CLOCK_STEP_MS = 100

local function history_id()
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
end

local function store_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Why the partition does not answer to this view (nil if it does), the store's clock, and whether the fence's clock is
-- due. `gate_ms` '': the gate's clock is not compared.
local function closed(key, generation, layout, head, gate_ms)
  local now = store_ms()
  local gen, kept_layout, rid, wm, clock = unpack(redis.call('HMGET', key, 'gen', 'layout', 'rid', 'wm', 'clock'))
  local seen = tonumber(clock) or 0
  if not kept_layout then return 'missing', now end
  if gen ~= generation then return 'generation', now end
  if kept_layout ~= layout then return 'layout', now end
  if rid ~= history_id() then return 'history', now end
  if (tonumber(wm) or -1) < tonumber(head) then return 'watermark', now end
  if seen - now > MOST_APART_MS then return 'clock', now end
  if gate_ms ~= '' and math.abs(tonumber(gate_ms) - now) > MOST_APART_MS then return 'clock', now end
  return nil, now, now - seen >= CLOCK_STEP_MS
end

-- Whether a load that began under `nonce` still stands on what it wrote.
local function loading(key, nonce, layout)
  local kept_nonce, kept_layout, rid = unpack(redis.call('HMGET', key, 'nonce', 'layout', 'rid'))
  return kept_nonce == nonce and kept_layout == layout and rid == history_id()
end
