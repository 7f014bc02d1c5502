#!/usr/bin/env bash
# Debian's packages of the engines that `npm run test:clusters` starts, as far as they are missing and can be installed soon: in one line it
# says what it has done or cannot do. It never fails, as the tests say themselves what is not there.
set -uo pipefail

missing=()
for pair in munged:munge slurmctld:slurm-wlm redis-server:redis-server; do
  PATH="$PATH:/usr/sbin" command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
done
if [ ${#missing[@]} = 0 ]; then
  echo "Slurm and Redis are installed"
elif ! command -v apt-get >/dev/null; then
  echo "${missing[*]}: not installed, as there is no apt-get"
elif [ "$(id -u)" != 0 ]; then
  echo "${missing[*]}: not installed, as this is not root"
else
  log="$(mktemp)"
  export DEBIAN_FRONTEND=noninteractive
  options=(-o Acquire::Retries=1 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o DPkg::Lock::Timeout=20)
  if timeout --kill-after=5 120 apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null; then
    echo "${missing[*]}: installed"
  else
    echo "${missing[*]}: not installed: $(grep -E '^E: |^W: ' "$log" | head -n 1 | cut -c 1-200)"
  fi
  rm -f "$log"
fi
exit 0
