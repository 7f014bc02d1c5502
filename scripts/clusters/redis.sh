#!/usr/bin/env bash
# A sweep through a queue in a real Redis: one worker is killed in mid-job, another is frozen until its job is given to somebody else, Redis is
# stopped and started again, jobs that are done are delivered again; what is merged at the end is, byte by byte, what one machine finds without
# any of that. See scripts/test-clusters.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v redis-server >/dev/null || ! command -v redis-cli >/dev/null; then
  echo "Redis: not tested, as there is no redis-server (Debian's redis)"
  exit 0
fi

# Jobs, networks of each, seconds that all may take.
size=(8 24 300)
[ "${1:-}" != --long ] || size=(60 120 1200)
read -r jobs networks most <<<"${size[*]}"
# Seconds after which a worker is lost.
lost=2
source scripts/clusters/one-redis.sh

plan_of plan "$jobs"
start_redis
say "$(redis-server --version | grep -oE 'v=[0-9.]+' | sed 's/v=/Redis /'), append-only; bullmq $(version_of bullmq), ioredis $(version_of ioredis); $jobs jobs, two workers in one folder"
worker() { start "$1" worker --queue "$url" --out "$work/shared" --workers 1 --lost-after "$lost"; }
worker one
one=$started
worker two
two=$started
start collector sweep run "$work/plan.json" --out "$work/collected" --queue "$url"
collector=$started

in_job "$one" shared
killed=$job
kill -9 "$one"
wait "$one" 2>/dev/null || true
say "worker one killed (SIGKILL) in job $killed"
worker three
three=$started
until_true has_done collected 1

stop_redis
say "Redis stopped, $(done_in collected) of $jobs jobs collected"
sleep 1
start_redis
say "Redis started again"

in_job "$two" shared
frozen=$job
kill -STOP "$two"
say "worker two frozen in job $frozen"
mapfile -t again < <(ls -d "$work"/collected/jobs/*/result.json | head -n 1 | xargs -n 1 dirname | xargs -n 1 basename)
node scripts/clusters/redis-queue.mjs again "$url" "${again[@]}"
say "delivered again: a job that is done (${again[*]})"
sleep $((2 * lost + 1))
kill -CONT "$two"
say "worker two goes on, after $((2 * lost + 1)) s"

ends "the collector" "$collector" 0
ends "worker two" "$two" 0
ends "worker three" "$three" 0
[ "$(grep -c '^--- ' "$work/shared/jobs/$killed/log.txt")" -ge 2 ] || fail "nobody has gone on with job $killed"
say "the collector: $(last_of collector)"
say "worker two: $(last_of two); worker three: $(last_of three)"

respath sweep run "$work/plan.json" --out "$work/single" >"$work/single.txt" 2>&1 || fail "the run on one machine"
for folder in single collected; do
  respath sweep merge "$work/$folder" -o "$work/$folder.json" >"$work/merge.txt" 2>&1 || fail "merge of $folder"
done
cmp "$work/single.json" "$work/collected.json" || fail "the merged documents differ"
cmp "$work/single.csv" "$work/collected.csv" || fail "the tables differ"
attempts="$(cat "$work"/shared/jobs/*/log.txt | grep -c '^--- ')"
found="$(cat "$work"/{two,three}.txt | grep -oE '[0-9]+ given again' | awk '{ sum += $1 } END { print sum + 0 }')"
say "merged: $jobs jobs, 1 kill, 1 freeze, 1 stop of Redis, $attempts attempts, $found given again and found done, $((jobs - $(done_in collected))) losses; byte by byte the single machine's document ($(wc -c <"$work/collected.json") bytes) and table"
