# A Redis of its own in a temporary folder, and the command line's processes around it: sourced by redis.sh and redis-faults.sh, which set
# $most, seconds that all may take, and $networks, that a job samples. Sets $work, a folder that goes at the end, $url, and $tls, the same with TLS.
work="$(mktemp -d)"
port=$((20000 + RANDOM % 10000))
url="redis://:secret@127.0.0.1:$port"
tls="rediss://:secret@127.0.0.1:$((port + 1))"
export REDISCLI_AUTH=secret
pids=()
cleanup() {
  local pid
  for pid in "${pids[@]}"; do
    kill -CONT "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null || true
  done
  stop_redis || true
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'echo "failed: line $LINENO: $BASH_COMMAND"' ERR
say() { printf '%4s s  %s\n' "$SECONDS" "$*"; }
fail() {
  echo "failed: $*"
  tail -n 20 "$work"/*.txt "$work/redis.log"
  exit 1
}
# Waits until a command succeeds.
until_true() {
  until "$@"; do
    [ "$SECONDS" -lt "$most" ] || fail "after $SECONDS s, still not: $*"
    sleep 0.2
  done
}
respath() { node dist/cli/main.js "$@"; }

# start_redis [OPTION…]
start_redis() {
  redis-server --port "$port" --bind 127.0.0.1 --requirepass secret --dir "$work" --appendonly yes --save "" \
    --daemonize yes --pidfile "$work/redis.pid" --logfile "$work/redis.log" "$@" >/dev/null
  until_true answers
}
answers() { [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; }
stop_redis() {
  local pid
  pid="$(cat "$work/redis.pid" 2>/dev/null)" || return 0
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# start NAME ARGUMENT…: a process of the command line, whose number is in $started and whose words are in NAME.txt.
start() {
  node dist/cli/main.js "${@:2}" >"$work/$1.txt" 2>&1 &
  started=$!
  pids+=("$started")
}
# ends NAME PROCESS CODE: waits for its end.
ends() {
  local code=0
  wait "$2" || code=$?
  [ "$code" = "$3" ] || fail "$1 has ended with $code"
}
last_of() { tail -n 1 "$work/$1.txt" | sed "s|$work/||g"; }

# job_of PROCESS FOLDER: the job that a worker's child is in the middle of: its journal has some of $networks.
job_of() {
  local child id lines
  child="$(pgrep -P "$1" | head -n 1)" || return 1
  id="$(tr '\0' '\n' <"/proc/$child/cmdline" 2>/dev/null | grep -oE 'jobs/[0-9a-f]{16}' | cut -d/ -f2)" || return 1
  lines="$(cat "$work/$2/jobs/$id/networks.jsonl" 2>/dev/null | wc -l)"
  [ "$lines" -gt 2 ] && [ "$lines" -lt $((networks - 4)) ] || return 1
  echo "$id"
}
# in_job PROCESS FOLDER: waits until a worker is in mid-job, and sets $job.
in_job() { until_true has_job "$1" "$2"; }
has_job() {
  kill -0 "$1" 2>/dev/null || fail "process $1 has ended before it was met in a job"
  job="$(job_of "$1" "$2")"
}
version_of() { node -p "require('./node_modules/$1/package.json').version"; }
done_in() { find "$work/$1/jobs" -name result.json 2>/dev/null | wc -l; }
has_done() { [ "$(done_in "$1")" -ge "$2" ]; }

# plan_of NAME JOBS: NAME.json, a plan of so many samples of $networks networks each.
plan_of() {
  printf '%s\n' "command: sample" \
    "fixed: { scheme: batchnorm, depth: 100, width: 40, batch: 32, trials: $networks }" \
    "grid: { seed: { from: 1, to: $2 } }" >"$work/$1.yaml"
  respath sweep plan "$work/$1.yaml" -o "$work/$1.json" --no-calibrate >"$work/plan.txt" 2>&1 || fail "no plan"
}
