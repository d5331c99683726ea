#!lua flags=allow-oom
-- Keep the answer in a claim of one's own; a claim that was lost is made anew.
-- KEYS: claim
-- ARGV: echo, decision id, digest of the parameters, claim ms, answer
-- Returns: echo

claim(KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
return {ARGV[1]}
