#!/usr/bin/env bash
# A sweep through a queue in a real Redis: one worker is killed in mid-job, another is frozen until its job is given to somebody else, Redis is
# stopped and started again, jobs that are done are delivered again, a worker meets a plan of another version; what is merged at the end is,
# byte by byte, what one machine finds without any of that. See scripts/test-clusters.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v redis-server >/dev/null || ! command -v redis-cli >/dev/null; then
  echo "Redis: not tested, as there is no redis-server (Debian's redis)"
  exit 0
fi

# Jobs, networks of each, seconds that all may take.
size=(12 24 300)
[ "${1:-}" != --long ] || size=(60 120 1200)
read -r jobs networks most <<<"${size[*]}"
# Seconds after which a worker is lost.
lost=3

work="$(mktemp -d)"
port=$((20000 + RANDOM % 10000))
url="redis://:secret@127.0.0.1:$port"
pids=()
cleanup() {
  local pid
  for pid in "${pids[@]}"; do
    kill -CONT "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null || true
  done
  kill "$(cat "$work/redis.pid" 2>/dev/null)" 2>/dev/null || true
  sleep 1
  rm -rf "$work"
}
trap cleanup EXIT
say() { printf '%4s s  %s\n' "$SECONDS" "$*"; }
fail() {
  echo "failed: $*"
  tail -n 20 "$work"/*.txt
  exit 1
}
until_true() {
  until "$@"; do
    [ "$SECONDS" -lt "$most" ] || fail "after $SECONDS s, still not: $*"
    sleep 0.2
  done
}
respath() { node dist/cli/main.js "$@"; }

start_redis() {
  redis-server --port "$port" --bind 127.0.0.1 --requirepass secret --dir "$work" --appendonly yes --save "" \
    --daemonize yes --pidfile "$work/redis.pid" --logfile "$work/redis.log" >/dev/null
  until_true answers
}
answers() { REDISCLI_AUTH=secret redis-cli -p "$port" ping 2>/dev/null | grep -q PONG; }
stop_redis() {
  local pid
  pid="$(cat "$work/redis.pid")"
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}
# start_worker NAME FOLDER
start_worker() {
  node dist/cli/main.js worker --queue "$url" --out "$work/$2" --workers 1 --lost-after "$lost" >"$work/$1.txt" 2>&1 &
  worker=$!
  pids+=("$worker")
}
# The job that a worker's child does now, which has begun: its journal has networks, and no result is there.
job_of() {
  local child id
  child="$(pgrep -P "$1" | head -n 1)" || return 1
  id="$(tr '\0' '\n' <"/proc/$child/cmdline" 2>/dev/null | grep -oE 'jobs/[0-9a-f]{16}' | cut -d/ -f2)" || return 1
  [ "$(cat "$work/$2/jobs/$id/networks.jsonl" 2>/dev/null | wc -l)" -gt 2 ] || return 1
  echo "$id"
}
# in_job WORKER FOLDER: waits until it is in mid-job, and sets $job.
in_job() { until_true has_job "$1" "$2"; }
has_job() { job="$(job_of "$1" "$2")"; }
done_in() { find "$work/$1/jobs" -name result.json 2>/dev/null | wc -l; }
has_done() { [ "$(done_in "$1")" -ge "$2" ]; }
is_done_in() { [ -e "$work/$1/jobs/$2/result.json" ]; }

cat >"$work/sweep.yaml" <<YAML
command: sample
fixed: { scheme: batchnorm, depth: 100, width: 40, batch: 32, trials: $networks }
grid: { seed: { from: 1, to: $jobs } }
YAML
respath sweep plan "$work/sweep.yaml" -o "$work/plan.json" --no-calibrate >"$work/plan.txt" 2>&1 || fail "no plan"
start_redis
say "$(redis-server --version | cut -d' ' -f1-3), append-only; $jobs jobs"
start_worker one shared
one=$worker
start_worker two shared
two=$worker
respath sweep run "$work/plan.json" --out "$work/collected" --queue "$url" >"$work/collector.txt" 2>&1 &
collector=$!
pids+=("$collector")

in_job "$one" shared
killed=$job
kill -9 "$one"
wait "$one" 2>/dev/null || true
say "worker one killed (SIGKILL) in job $killed"
start_worker three shared
three=$worker
until_true has_done collected 3

stop_redis
say "Redis stopped, $(done_in collected) of $jobs jobs collected"
sleep 2
start_redis
say "Redis started again"
until_true is_done_in collected "$killed"

in_job "$two" shared
frozen=$job
kill -STOP "$two"
say "worker two frozen in job $frozen"
sleep $((2 * lost + 1))
kill -CONT "$two"
say "worker two goes on, after $((2 * lost + 1)) s; its job is ended by whoever is first"

mapfile -t again < <(ls -d "$work"/collected/jobs/*/result.json | head -n 3 | xargs -n 1 dirname | xargs -n 1 basename)
node scripts/clusters/redis-queue.mjs again "$url" "${again[@]}"
say "${#again[@]} jobs that are done delivered again"
respath sweep status --queue "$url" | sed 's/^/        /'

wait "$collector" || fail "the collector has ended with $?"
wait "$two" || fail "worker two has ended with $?"
wait "$three" || fail "worker three has ended with $?"
say "all ended: $(cat "$work/collector.txt" | tail -n 1 | sed "s|$work/||")"
for name in two three; do echo "        worker $name: $(tail -n 1 "$work/$name.txt")"; done

node scripts/clusters/redis-queue.mjs other "$url/1" "$work/plan.json"
code=0
respath worker --queue "$url/1" --out "$work/other" 2>"$work/other.txt" || code=$?
[ "$code" = 2 ] && grep -q "planned by respath 0.0.1" "$work/other.txt" || fail "a worker of another version was not refused"
say "a worker of another version: $(cat "$work/other.txt")"
respath sweep cancel --queue "$url/1" >/dev/null

respath sweep run "$work/plan.json" --out "$work/single" >"$work/single.txt" 2>&1 || fail "the run on one machine"
respath sweep merge "$work/single" -o "$work/single.json" >"$work/merge.txt" 2>&1 || fail "merge"
respath sweep merge "$work/collected" -o "$work/merged.json" >"$work/merge.txt" 2>&1 || fail "merge"
cmp "$work/single.json" "$work/merged.json" || fail "the merged documents differ"
cmp "$work/single.csv" "$work/merged.csv" || fail "the tables differ"
attempts="$(cat "$work"/shared/jobs/*/log.txt | grep -c '^--- ')"
found="$(cat "$work"/{two,three}.txt | sed -n 's/.*, \([0-9]*\) given again.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }')"
say "merged, and byte-identical to one machine's ($(wc -c <"$work/merged.json") bytes)"
echo "jobs: $jobs; workers killed: 1; frozen: 1; stops of Redis: 1; attempts: $attempts; delivered again and found done: $found; losses: $((jobs - $(done_in collected)))"
