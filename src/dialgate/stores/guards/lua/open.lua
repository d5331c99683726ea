#!lua flags=allow-oom
-- Open the partition if nothing was lost since begin.
-- A watermark that is there was reached in order; only a full load may raise it, so with no chunk it stays.
-- KEYS: fence, overlay
-- ARGV: echo, nonce, layout, chunks, generation, watermark of the load
-- Returns: echo, 1 or 0 (nonce, history id or chunk count is not what it was; nothing was done)

local fence, overlay, chunks = KEYS[1], KEYS[2], tonumber(ARGV[4])
local fits = loading(fence, ARGV[2], ARGV[3]) and tonumber(redis.call('HGET', fence, 'loaded')) == chunks
if not fits then return {ARGV[1], 0} end

local wm = tonumber(redis.call('HGET', fence, 'wm'))
if not wm or chunks > 0 then wm = math.max(wm or 0, tonumber(ARGV[6])) end
wm = absorb(overlay, wm)
drop_passed(overlay, wm)
redis.call('HSET', fence, 'gen', ARGV[5], 'wm', wm)
redis.call('HDEL', fence, 'nonce', 'loaded')
return {ARGV[1], 1}
