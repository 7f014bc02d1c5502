#!/usr/bin/env bash
# What may go wrong with a queue in a real Redis: one that cannot be used is refused in one line that shows no password; workers that are
# stopped in mid-job give it back, and others go on with it; a sweep that is cancelled in mid-run goes on later. See scripts/test-clusters.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in redis-server redis-cli openssl; do
  command -v "$program" >/dev/null && continue
  echo "Redis' faults: not tested, as there is no $program"
  exit 0
done

networks=24
most=300
source scripts/clusters/one-redis.sh
plan_of plan 3
plan_of other 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/certificate.pem" -days 2 -subj /CN=localhost \
  -addext "subjectAltName=IP:127.0.0.1" 2>/dev/null
start_redis --tls-port "$((port + 1))" --tls-cert-file "$work/certificate.pem" --tls-key-file "$work/key.pem" \
  --tls-ca-cert-file "$work/certificate.pem" --tls-auth-clients no

# refused PATTERN ARGUMENT…: exit 2, one line.
refused() {
  local code=0
  respath "${@:2}" >"$work/refused.txt" 2>&1 || code=$?
  [ "$code" = 2 ] || fail "exit $code, not 2: ${*:2}"
  [ "$(wc -l <"$work/refused.txt")" = 1 ] && grep -q "$1" "$work/refused.txt" || fail "not refused for '$1': ${*:2}"
  sed "s|$work/||g; s|$port|PORT|g; s|$((port + 1))|TLS-PORT|g; s|^|        |" "$work/refused.txt" | tee -a "$work/lines.txt"
}
host="127.0.0.1:$port"
say "exit 2 and one line each:"
refused "asks for a password" sweep status --queue "redis://$host"
refused "does not know this user" worker --queue "redis://:not-secret@$host" --out "$work/none"
refused "no database of this number" sweep run "$work/plan.json" --out "$work/none" --queue "$url/99"
refused "NODE_EXTRA_CA_CERTS" sweep status --queue "$tls"
refused "wants TLS" sweep status --queue "redis://:secret@127.0.0.1:$((port + 1))"
redis-cli -p "$port" config set requirepass "" 2>/dev/null >&2
refused "asks for none" sweep status --queue "$url"
redis-cli -p "$port" config set requirepass secret 2>/dev/null >&2
refused "no sweep in the queue" sweep status --queue "$url"
refused "no sweep in the queue" sweep cancel --queue "$url"
node scripts/clusters/redis-queue.mjs other "$url/1" "$work/plan.json"
refused "planned by respath 0.0.1" worker --queue "$url/1" --out "$work/none"
[ ! -e "$work/none" ] || fail "a folder was made"
redis-cli -p "$port" config set maxmemory-policy allkeys-lru >/dev/null
respath sweep cancel --queue "$url/1" >"$work/eviction.txt" 2>&1
[ "$(wc -l <"$work/eviction.txt")" = 2 ] || fail "not warned in one line: $(cat "$work/eviction.txt")"
redis-cli -p "$port" config set maxmemory-policy noeviction >/dev/null
say "warned of: $(head -n 1 "$work/eviction.txt" | sed "s|$port|PORT|")"

# A user of its own, with no more rights than docs/clusters.md says, over TLS.
redis-cli -p "$port" acl setuser jobs on ">secret" "~respath:*" +@all -@dangerous +info >/dev/null
queue="rediss://jobs:secret@127.0.0.1:$((port + 1))"
export NODE_EXTRA_CA_CERTS="$work/certificate.pem"
collect() { start "$1" sweep run "$work/plan.json" --out "$work/collected" --queue "$queue"; }
worker() { start "$1" worker --queue "$queue" --out "$work/shared" --workers 1; }
collect collector
collector=$started
worker one
one=$started
in_job "$one" shared
say "over TLS, by a user of its own: $(respath sweep status --queue "$queue")"
refused "jobs of another plan" sweep run "$work/other.json" --out "$work/others" --queue "$queue"
in_job "$one" shared
first=$job
kill -TERM "$one"
ends "worker one" "$one" 143
journal="$work/shared/jobs/$first/networks.jsonl"
cp "$journal" "$work/kept.jsonl"
say "worker one, SIGTERM in job $first, of which $(wc -l <"$journal") networks of $networks are kept: exit 143, $(last_of one)"
say "sweep status: $(respath sweep status --queue "$queue" | sed 's/.*: //')"
worker two
two=$started
in_job "$two" shared
[ "$job" = "$first" ] || fail "worker two has taken $job, not $first"
kill -INT "$two"
ends "worker two" "$two" 130
say "worker two, which goes on with it, Ctrl-C with $(wc -l <"$journal") of $networks: exit 130, $(last_of two)"
worker three
three=$started
until_true has_done collected 1
in_job "$three" shared
respath sweep cancel --queue "$queue" | sed "s/^/$(printf '%4s s  ' "$SECONDS")/"
ends "the collector" "$collector" 1
ends "worker three" "$three" 0
say "the collector, exit 1: $(last_of collector)"
say "worker three, exit 0: $(last_of three)"
collect collector-again
collector=$started
worker four
four=$started
ends "the collector" "$collector" 0
ends "worker four" "$four" 0
say "the collector, again: $(last_of collector-again)"
refused "no sweep in the queue" sweep status --queue "$queue"

respath sweep run "$work/plan.json" --out "$work/single" >"$work/single.txt" 2>&1 || fail "the run on one machine"
for folder in single collected; do
  respath sweep merge "$work/$folder" -o "$work/$folder.json" >"$work/merge.txt" 2>&1 || fail "merge of $folder"
done
cmp "$work/single.json" "$work/collected.json" || fail "the merged documents differ"
[ ! -s "$work/kept.jsonl" ] || head -c "$(wc -c <"$work/kept.jsonl")" "$journal" | cmp - "$work/kept.jsonl" || fail "a job has begun anew"
! grep -rl secret "$work"/*.txt "$work"/{collected,shared} || fail "a password is shown"
say "merged: 3 jobs, 2 workers stopped, 1 sweep cancelled, 0 losses, nothing of the stopped job twice; no password in any output; byte by byte the single machine's document"

if [ "${1:-}" = --long ]; then
  # Results of more than a megabyte.
  printf '%s\n' "command: sample" "fixed: { scheme: batchnorm, depth: 1000, width: 2, batch: 4, trials: 4, at-block: \"$(seq -s, 2 2 998)\" }" \
    "grid: { seed: [1, 2] }" >"$work/large.yaml"
  respath sweep plan "$work/large.yaml" -o "$work/large.json" --no-calibrate >"$work/plan.txt" 2>&1 || fail "no plan"
  start large-collector sweep run "$work/large.json" --out "$work/large" --queue "$queue"
  collector=$started
  start five worker --queue "$queue" --out "$work/five"
  five=$started
  ends "the collector" "$collector" 0
  ends "worker five" "$five" 0
  [ "$(done_in large)" = 0 ] || fail "results were not large"
  say "results of $(cat "$work"/five/jobs/*/result.json | wc -c) bytes: $(grep "too large" "$work/large-collector.txt" | sed "s|$work/||g" | sed "s|[^( ]*:five|HOST:five|g")"
  respath sweep run "$work/large.json" --out "$work/large-single" >"$work/single.txt" 2>&1 || fail "the run on one machine"
  respath sweep merge "$work/large-single" -o "$work/large-single.json" >"$work/merge.txt" 2>&1 || fail "merge"
  respath sweep merge "$work/large" "$work/five" -o "$work/large-merged.json" >"$work/merge.txt" 2>&1 || fail "merge of both folders"
  cmp "$work/large-single.json" "$work/large-merged.json" || fail "the merged documents differ"
  say "merged from both folders: byte by byte the single machine's document"
fi
