#!/usr/bin/env bash
# Sweeps on the real engines, on this machine: Debian's packages, started in a temporary folder and stopped again.
#
#   npm run test:clusters [-- --long]
#
# Each part is a file of its own in scripts/clusters/, and says so in one line where its packages are missing. The small size takes
# 80 to 90 s on two cores with no other work; --long has more elements and a time limit that is really reached, and takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
for part in slurm; do
  bash "scripts/clusters/$part.sh" "$@"
done
