#!/usr/bin/env bash
# Sweeps on the real engines, on this machine: Debian's packages, started in a temporary folder and stopped again.
#
#   npm run test:clusters [-- --long]
#
# Each part is a file of its own in scripts/clusters/, and says so in one line where its packages are missing. The small size takes
# 88 s on two cores with no other work (results/sweeps/clusters.txt); --long has more elements and a time limit that is really reached, and
# takes 12 minutes on two busy ones.
set -euo pipefail
cd "$(dirname "$0")/.."

# Redis' parts, a minute together, run beside Slurm's, which mostly waits for Slurm's clock; what they say comes behind what Slurm's says.
said="$(mktemp)"
redis() { bash scripts/clusters/redis.sh "$@" && bash scripts/clusters/redis-faults.sh "$@"; }
redis "$@" >"$said" 2>&1 &
redis=$!
trap 'pkill -P "$redis" 2>/dev/null || true; rm -f "$said"' EXIT
slurm=0
bash scripts/clusters/slurm.sh "$@" || slurm=$?
code=0
wait "$redis" || code=$?
cat "$said"
[ "$slurm" = 0 ] && [ "$code" = 0 ]
