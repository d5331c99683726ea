#!lua flags=no-writes
-- The checks of admit, without claim, reservation or trace.
-- KEYS: fence, a key for each guard
-- ARGV: echo, generation, layout, head, gate ms, due ms (0 = at once), number of guards, guards (see _guards)
-- Returns: echo and one of: closed, why | refused, index, free_at_ms, ...

local why, now = closed(KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if why then return {ARGV[1], 'closed', why} end
return {ARGV[1], 'refused', unpack(refusing(2, 8, tonumber(ARGV[7]), math.max(tonumber(ARGV[6]), now)))}
