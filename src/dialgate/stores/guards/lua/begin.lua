#!lua flags=allow-oom
-- Close the partition for a load. The watermark stays, unless it speaks of another layout; the overlay likewise.
-- Anew: the ledger has lost rows, so no sequence says what it said; what waits in the overlay goes on waiting unnumbered.
-- KEYS: fence, overlay
-- ARGV: echo, nonce, layout, anew (0 or 1)
-- Returns: echo

local layout = redis.call('HGET', KEYS[1], 'layout')
if layout and layout ~= ARGV[3] then
  redis.call('HDEL', KEYS[1], 'wm')
  redis.call('DEL', KEYS[2])
end
if ARGV[4] == '1' then
  redis.call('HDEL', KEYS[1], 'wm')
  forget_sequences(KEYS[2])
end
redis.call('HDEL', KEYS[1], 'gen')
redis.call('HSET', KEYS[1], 'nonce', ARGV[2], 'layout', ARGV[3], 'rid', history_id(), 'loaded', 0)
return {ARGV[1]}
