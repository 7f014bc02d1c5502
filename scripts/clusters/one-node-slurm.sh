# A Slurm of one node, to be sourced: start_slurm FOLDER starts munged, slurmctld and slurmd with all their files in FOLDER, an absolute
# path, and stop_slurm stops them. Their settings are Slurm's own but for what one machine and a short test need: no cgroups, no accounting
# of what jobs use, a requeued job waits 6 s instead of 121 (cred_expire), and what has ended is not forgotten after 5 minutes (MinJobAge).

start_slurm() {
  slurm="$1"
  local host cores port
  host="$(hostname -s)"
  # Much of a tiny element's time is waiting.
  cores=$(($(nproc) + 1))
  port=$((20000 + RANDOM % 10000))
  mkdir -p "$slurm"/{state,spool,log}
  mkdir -m 700 "$slurm/munge"
  head -c 1024 /dev/urandom >"$slurm/munge/key"
  chmod 600 "$slurm/munge/key"
  cat >"$slurm/slurm.conf" <<CONF
ClusterName=respath
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/log/slurmctld.log
SlurmdLogFile=$slurm/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2
ReturnToService=2
MinJobAge=7200
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=64000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF="$slurm/slurm.conf"
  munged --force --key-file="$slurm/munge/key" --socket="$slurm/munge/socket" --pid-file="$slurm/munge/pid" \
    --log-file="$slurm/munge/log" --seed-file="$slurm/munge/seed"
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF"
  for _ in $(seq 60); do
    [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || return 0
    sleep 0.5
  done
  echo "Slurm's node does not come up:"
  tail -n 20 "$slurm"/log/*
  return 1
}

stop_slurm() {
  scancel --user=root 2>/dev/null && sleep 1
  local name pid
  for name in slurmd.pid slurmctld.pid munge/pid; do
    pid="$(cat "$slurm/$name" 2>/dev/null)" || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 40); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
  done
}
