#!/bin/bash
# Measures how much memory is used: all but what the kernel could give to programs without swapping (MemAvailable).
#
# Settings: ROUNDS_PROC_PATH  where procfs is mounted: /proc
# Metrics:  memory_used [%]   judged by the runbook
# OK when measured; UNKNOWN when procfs cannot be read or does not tell.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_PROC_PATH
need_tools 'memory use is measured with it, install coreutils' cat numfmt

file=$ROUNDS_PROC_PATH/meminfo
meminfo=$(cat -- "$file" 2>&1) || finish 3 "cannot read memory counters: $meminfo"

# Prints the kilobytes of one line of meminfo, or nothing.
kilobytes() {
  [[ $'\n'$meminfo =~ $'\n'$1:[[:space:]]+([0-9]{1,15})[[:space:]]kB ]] && printf '%s' "${BASH_REMATCH[1]}"
}
total=$(kilobytes MemTotal)
available=$(kilobytes MemAvailable)
if [ -z "$total" ] || [ -z "$available" ] || ((total == 0 || available > total)); then
  finish 3 "cannot judge memory use: $file tells MemTotal '$total' and MemAvailable '$available', expected kilobytes"
fi

tenths=$((1000 * (total - available) / total))
used=$((tenths / 10)).$((tenths % 10))
size() { numfmt --from-unit=1024 --to=iec-i --suffix=B --round=nearest "$1"; }
finish 0 "memory $used% used: $(size "$available") of $(size "$total") available" "'memory_used'=$used%;;;0;100"
