#!/usr/bin/env bash
# scancel --signal=KILL of Slurm sends a batch job SIGTERM and waits; with --batch it kills the shell alone, whose child outlives the job.
#
# Versions: slurm-wlm 22.05.8-4+deb12u3 and munge 0.5.15-2+deb12u1 of Debian 12, proctrack/linuxproc.
# Guess:    that SIGKILL is sent at once to all processes of the job, "directly to the slurmd where the job is running bypassing the
#           slurmctld thus the job state will not change" (man scancel, of --signal), as other signals are; and that nothing of a job
#           runs any more once Slurm says that the job has ended.
# Seen:     without --batch it is an ordinary cancel: SIGTERM to all processes, SIGKILL after KillWait (30 s if a site has not changed
#           it), and the job is CANCELLED, so that it is not requeued. With --batch the shell is killed and the job FAILED; its child,
#           which linuxproc finds by its parent, runs on with nobody to end it, on a node that Slurm takes to be free. Output:
#
#               --signal=KILL: the child got SIGTERM, lived 3 s later, and had ended 12 s later; the job was CANCELLED
#               --batch --signal=KILL: the child got no SIGTERM and lives after the job, which was FAILED; the node is idle
#               as seen before
#
# Matters:  a test of what a killed element of an array leaves has to kill its processes itself (scripts/clusters/slurm.sh), and an
#           element that starts again may meet its own child of before: respath's jobs end when their sweep has gone, and lock their folder.
#
# Needs these packages and root, and starts a Slurm of one node in a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail
export PATH="$PATH:/usr/sbin"
for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || { echo "there is no $program: apt-get install slurm-wlm munge"; exit 2; }
done

folder=$(mktemp -d)
chmod 755 "$folder"
child=
stop() {
  [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true
  for name in slurmd slurmctld munged; do
    [ ! -e "$folder/$name.pid" ] || kill "$(cat "$folder/$name.pid")" 2>/dev/null || true
  done
  sleep 2
  rm -rf "$folder"
}
trap stop EXIT

host=$(hostname -s)
port=$((20000 + RANDOM % 10000))
mkdir -p "$folder"/{state,spool}
mkdir -m 700 "$folder/munge"
head -c 1024 /dev/urandom > "$folder/munge/key"
chmod 600 "$folder/munge/key"
cat > "$folder/slurm.conf" << CONF
ClusterName=finding
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthInfo=socket=$folder/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
KillWait=7
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES State=UP
CONF
export SLURM_CONF="$folder/slurm.conf"
munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munged.pid" \
  --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
slurmctld
slurmd

cat > "$folder/child.sh" << 'JOB'
trap 'echo TERM' TERM
echo "child $$"
while true; do sleep 0.2; done
JOB
cat > "$folder/job.sh" << JOB
#!/bin/bash
trap : TERM
bash $folder/child.sh &
while true; do wait; sleep 0.2; done
JOB
cd "$folder"
state() { scontrol show job "$job" | grep -oE 'JobState=\w+' | cut -d= -f2; }
lives() { kill -0 "$child" 2>/dev/null; }
# Submits the job and waits for its child.
start() {
  job=$(sbatch --parsable -o "$1" job.sh)
  for _ in $(seq 300); do
    child=$(sed -n 's/^child //p' "$1" 2>/dev/null || true)
    [ -z "$child" ] || return 0
    sleep 0.2
  done
  echo "the job does not start"
  exit 1
}

seen=yes
start plain
scancel --signal=KILL "$job"
sleep 3
got=no; ! grep -q TERM plain || got=SIGTERM
later=ended; ! lives || later=lived
for _ in $(seq 90); do lives || break; sleep 0.1; done
end="had not ended"; lives || end="had ended"
for _ in $(seq 50); do [ "$(state)" != COMPLETING ] || sleep 0.2; done
echo "--signal=KILL: the child got $got, $later 3 s later, and $end 12 s later; the job was $(state)"
[ "$got $later $end $(state)" = "SIGTERM lived had ended CANCELLED" ] || seen=no

start batch
scancel --batch --signal=KILL "$job"
for _ in $(seq 100); do [ "$(state)" != RUNNING ] && [ "$(state)" != COMPLETING ] && break; sleep 0.2; done
for _ in $(seq 100); do [ "$(sinfo -h -o %T)" != idle ] || break; sleep 0.2; done
got="no SIGTERM"; ! grep -q TERM batch || got=SIGTERM
after=ended; ! lives || after="lives after the job"
echo "--batch --signal=KILL: the child got $got and $after, which was $(state); the node is $(sinfo -h -o %T)"
[ "$got $after $(state) $(sinfo -h -o %T)" = "no SIGTERM lives after the job FAILED idle" ] || seen=no

[ "$seen" = yes ] && echo "as seen before" || { echo "another behaviour than before"; exit 1; }
