#!/usr/bin/env bash
# An array of jobs on a real Slurm: elements are killed and requeued, run out of time and go on; what is merged at the end is, byte by byte,
# what one machine finds without any of that. See scripts/test-clusters.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
for program in munged slurmctld slurmd sbatch; do
  PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Slurm: not tested, as there is no ${missing[*]} (Debian's slurm-wlm and munge)"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "Slurm: not tested, as slurmd has to be started by root"
  exit 0
fi
export PATH="$PATH:/usr/sbin"

# Jobs, elements, minutes that an element may take, steps of the long jobs, seconds that all may take.
size=(20 20 1 1300,200,200 300)
is_long=no
[ "${1:-}" != --long ] || { is_long=yes; size=(60 20 3 12000,1500,1500 2400); }
read -r jobs elements minutes steps most <<<"${size[*]}"

scratch="$(mktemp -d)"
chmod 755 "$scratch"
# A place that has to be quoted.
work="$scratch/it's a \"folder\""
mkdir "$work"
source scripts/clusters/one-node-slurm.sh
single=
cleanup() {
  [ -z "$single" ] || kill "$single" 2>/dev/null || true
  stop_slurm || true
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'echo "failed: line $LINENO: $BASH_COMMAND"' ERR
say() { printf '%4s s  %s\n' "$SECONDS" "$*"; }
fail() {
  echo "failed: $*"
  tail -n 20 "$work"/slurm-*.out "$slurm"/log/slurmctld.log 2>/dev/null
  exit 1
}
# Waits until a command succeeds.
until_true() {
  until "$@"; do
    [ "$SECONDS" -lt "$most" ] || fail "after $SECONDS s, still not: $*"
    sleep 0.25
  done
}

start_slurm "$scratch/slurm"
say "$(sinfo --version), one node of $(sinfo -h -o %c) cores"
born=$SECONDS
node --import tsx scripts/clusters/prepare.ts "$work" "$jobs" "$steps" >"$work/long"
{ read -r slow; read -r shot; read -r crashed; } <"$work/long"
node dist/cli/main.js sweep emit slurm "$work/plan.json" --results "$work/shards" -o "$work/array.sh" \
  --max-array "$elements" --time "$minutes" --mem 100M 2>"$work/emit.txt" || fail "$(cat "$work/emit.txt")"
node dist/cli/main.js sweep run "$work/plan.json" --out "$work/single" >"$work/single.txt" 2>&1 &
single=$!
# Slurm looks at its clock every 30 s since it started: so that it does once the long job has begun, and before it has ended.
while [ "$((SECONDS - born))" -lt 12 ]; do sleep 0.25; done
# What Slurm and the elements say stays in the folder that sbatch is called in.
array="$(cd "$work" && sbatch --parsable array.sh)"
say "$jobs jobs in $elements elements with a limit of $minutes min each: sbatch"

# An element that has no warning meets the limit itself, at which Slurm signals each of its processes.
late=
unwarned="$scratch/unwarned/shard-0-of-$elements/jobs/$slow/log.txt"
if [ "$is_long" = yes ]; then
  node dist/cli/main.js sweep emit slurm "$work/plan.json" --results "$scratch/unwarned" -o "$scratch/unwarned.sh" \
    --max-array "$elements" --mem 100M 2>"$work/emit.txt" || fail "$(cat "$work/emit.txt")"
  late="$(cd "$scratch" && sbatch --parsable --array=0 --time=1 --signal=B:CONT@1 unwarned.sh)_0"
fi

# Of an element: its number, from a job's folder, and what Slurm says of it.
element_of() { basename "$(dirname "$(dirname "$(ls -d "$work"/shards/shard-*/jobs/"$1")")")" | cut -d- -f2; }
field_of() { scontrol show job "$(element_name "$1")" | grep -oE "\b$2=[^ ]*" | head -n 1 | cut -d= -f2; }
element_name() { case "$1" in *_*) echo "$1" ;; *) echo "${array}_$1" ;; esac }
has_state() { [ "$(field_of "$1" JobState)" = "$2" ]; }
has_ended() { case "$(field_of "$1" JobState)" in RUNNING | COMPLETING) false ;; esac; }
shard_of() { echo "$work/shards/shard-$1-of-$elements"; }
process_of() { grep -oE '"pid":[0-9]+' "$(shard_of "$1")/.respath.lock" | cut -d: -f2; }
# Whether a job has begun and its element's process is there.
trains() {
  [ "$(cat "$work"/shards/shard-*/jobs/"$1"/run/metrics.jsonl 2>/dev/null | wc -l)" -gt 5 ] &&
    [ -e "$(shard_of "$(element_of "$1")")/.respath.lock" ]
}

until_true trains "$shot"
element="$(element_of "$shot")"
process="$(process_of "$element")"
# The shell first, which would see to the rest; then the element's process and its job.
kill -KILL $(ps -o ppid= -p "$process") "$process" $(ps -o pid= --ppid "$process")
until_true has_ended "$element"
say "element $element, in the middle of its job: kill -KILL of all of its processes; it is $(field_of "$element" JobState), $(field_of "$element" Reason)"
scontrol requeue "${array}_$element"
say "element $element: scontrol requeue"

until_true trains "$crashed"
element="$(element_of "$crashed")"
kill -KILL "$(process_of "$element")"
say "element $element, in the middle of its job: kill -KILL of its one process, whose shell sees to the rest"

says() { grep -q "$1" "$2" 2>/dev/null; }
if [ -n "$late" ]; then
  until_true has_state "$late" TIMEOUT
  says "stopped after step" "$unwarned" || fail "no checkpoint: $(cat "$unwarned")"
  scontrol requeue "$late"
  until_true says "going on from" "$unwarned"
  scancel "$late"
  say "an element without a warning is TIMEOUT at its limit of 1 min; after scontrol requeue its job's log:"
  grep -E '^---|starting anew|going on|stopped|wrote' "$unwarned" | sed "s|$scratch|…|g; s/^/          /"
fi

is_over() { [ -z "$(squeue -h -o %t)" ]; }
until_true is_over
restarts=0
for element in $(seq 0 $((elements - 1))); do
  has_state "$element" COMPLETED || fail "element $element is $(field_of "$element" JobState)"
  restarts=$((restarts + $(field_of "$element" Restarts)))
done
say "all $elements elements are COMPLETED, after $restarts requeues"
for job in "$slow" "$shot" "$crashed"; do
  element="$(element_of "$job")"
  [ "$(field_of "$element" Restarts)" -ge 1 ] || fail "element $element was not requeued"
  say "element $element, $(field_of "$element" Restarts) requeues; its job's log:"
  grep -E '^---|starting anew|going on|stopped|wrote' "$(shard_of "$element")/jobs/$job/log.txt" |
    sed "s|$scratch/it's a \"folder\"|…|g; s/^/          /"
done
wait "$single" || fail "$(cat "$work/single.txt")"
single=
say "one machine, without Slurm: $(grep -oE '[0-9]+ jobs? .*' "$work/single.txt" | tail -n 1 | sed "s|$work|…|")"

node --import tsx scripts/clusters/merge.ts "$work/plan.json" "$work"/shards/shard-* >"$work/merged.json"
node --import tsx scripts/clusters/merge.ts "$work/plan.json" "$work/single" >"$work/merged-single.json"
lost="$(grep -cE '"status": "(missing|failed)"' "$work/merged.json" || true)"
[ "$lost" = 0 ] || fail "$lost of $jobs jobs are not done"
cmp "$work/merged.json" "$work/merged-single.json" || fail "the merged documents differ"
say "merged: $jobs jobs, 2 kills, $restarts requeues, $lost losses; byte by byte the single machine's document ($(wc -c <"$work/merged.json") bytes)"
