#!/bin/bash
# Checks that Docker containers run and are well, and measures which container uses most processor and memory.
#
# Settings: ROUNDS_CONTAINERS       names of the containers that have to run, separated by spaces
#           ROUNDS_TIMEOUT_SECONDS  most seconds that Docker may take for an answer; measuring takes it about two
# Metrics:  running                 how many of them run and are well
#           highest_cpu [%]         of one core, by the busiest container of the host, named or not
#           highest_memory [%]      of what the container may have; without a limit, of the host's
# OK when all run; CRITICAL when one is gone, stopped, paused, restarting, unhealthy, or lost a process for lack of
# memory (since it was started); UNKNOWN when Docker cannot be asked in time.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
set -f # The names are split at spaces but never expanded as patterns.

need_settings ROUNDS_CONTAINERS ROUNDS_TIMEOUT_SECONDS
[[ $ROUNDS_TIMEOUT_SECONDS =~ ^[1-9][0-9]{0,2}$ ]] ||
  finish 3 "setting ROUNDS_TIMEOUT_SECONDS is '$ROUNDS_TIMEOUT_SECONDS', expected whole seconds from 1 to 999"
names=()
for name in $ROUNDS_CONTAINERS; do
  [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] ||
    finish 3 "setting ROUNDS_CONTAINERS holds '$name', expected names of containers, separated by spaces"
  names+=("$name")
done
need_tools 'containers can be checked only on a host that runs Docker' docker
need_tools 'containers are checked with it, install awk and coreutils' awk timeout

# ask ARGUMENT...: what Docker answers and complains of, in $answer, and how it ended, in $code.
ask() {
  answer=$(timeout -k 1 "$ROUNDS_TIMEOUT_SECONDS" docker "$@" 2>&1)
  code=$?
}

# why_not: why Docker did not do as it was asked, in $reason; empty when it did, but for containers that are gone.
why_not() {
  reason=''
  case $code in
    0) return ;;
    124 | 137) reason="no answer within $ROUNDS_TIMEOUT_SECONDS s" ;;
    *)
      # Rows are what was asked for; warnings tell of the tool's own configuration.
      reason=$(awk '/^row\|/ || /[Nn]o such (container|object)/ || /^(WARNING|\[\]|[ \t]*$)/ { next } { print; exit }' \
        <<<"$answer")
      [[ $answer =~ [Nn]o\ such\ (container|object) ]] || reason=${reason:-it ended with exit code $code}
      ;;
  esac
}

o='{' o+='{' # Never side by side in a script: SSM takes them for the beginning of a parameter.
health="${o}if .State.Health}}$o.State.Health.Status}}${o}else}}none${o}end}}"
row="row|$o.Name}}|$o.State.Status}}|$health|$o.State.OOMKilled}}|$o.State.ExitCode}}|$o.RestartCount}}"
ask inspect --type container --format "$row" "${names[@]}"
why_not
[ -z "$reason" ] || finish 3 "Docker cannot be asked for its containers: $reason"
declare -A rows
while IFS='|' read -r mark name rest; do
  [ "$mark" != row ] || rows[${name#/}]=$rest
done <<<"$answer"

running=0 total=${#names[@]} good='' bad=''
for name in "${names[@]}"; do
  IFS='|' read -r status health oom_killed exit_code restarts <<<"${rows[$name]:-gone}"
  again=''
  [[ ${restarts:-0} == 0 ]] || again=", restarted $restarts times"
  case $status:$health:$oom_killed in
    gone:*) bad+="; $name is gone: there is no such container" ;;
    running:unhealthy:*) bad+="; $name is unhealthy$again" ;;
    running:*:true) bad+="; $name lost a process for lack of memory$again" ;;
    running:*)
      running=$((running + 1))
      [ "$health" != none ] || health=''
      good+="; $name running${health:+, $health}$again"
      ;;
    *:true) bad+="; $name is $status: killed for lack of memory$again" ;;
    *) bad+="; $name is $status, exit code $exit_code$again" ;;
  esac
done

ask stats --no-stream --format "row|$o.Name}}|$o.CPUPerc}}|$o.MemPerc}}"
why_not
# A container that ends meanwhile is shown with dashes.
highest=$(awk -F '|' '
  $1 == "row" && $3 ~ /^[0-9.]+%$/ && $4 ~ /^[0-9.]+%$/ {
    cpu = $3 + 0; memory = $4 + 0
    if (!rows++ || cpu > cpus) { cpus = cpu; busiest = $2 }
    if (rows == 1 || memory > memories) { memories = memory; largest = $2 }
  }
  END { if (rows) printf "%.2f %.2f %s %s", cpus, memories, busiest, largest }' <<<"$answer")
read -r cpu memory busiest largest <<<"$highest"
metrics="'running'=$running;;;0;$total 'highest_cpu'=${cpu:-U}${cpu:+%};;;0"
metrics+=" 'highest_memory'=${memory:-U}${memory:+%};;;0;100"
usage="highest CPU $cpu% ($busiest), highest memory $memory% ($largest)"
[ -n "$cpu" ] || usage="CPU and memory could not be measured: ${reason:-docker stats showed no container}"

[ -z "$bad" ] || finish 2 "$((total - running)) of $total containers not well: ${bad#; }; $usage" "$metrics"
[ -n "$cpu" ] || finish 3 "$usage; ${good#; }" "$metrics"
finish 0 "$running of $total containers run: $usage; ${good#; }" "$metrics"
