#!/bin/bash
# Measures how much of all processors together is used: everything but idle and waiting for disks.
#
# Settings: ROUNDS_PROC_PATH       where procfs is mounted: /proc
#           ROUNDS_SAMPLE_SECONDS  how long to measure
# Metrics:  cpu_used [%]           judged by the runbook
# OK when measured; UNKNOWN when procfs cannot be read or its counters stand still.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_PROC_PATH ROUNDS_SAMPLE_SECONDS
need_tools 'CPU use is measured with it, install awk and coreutils' awk head sleep

file=$ROUNDS_PROC_PATH/stat
before=$(head -n 1 -- "$file" 2>&1) || finish 3 "cannot read CPU counters: $before"
error=$(sleep "$ROUNDS_SAMPLE_SECONDS" 2>&1) ||
  finish 3 "setting ROUNDS_SAMPLE_SECONDS is '$ROUNDS_SAMPLE_SECONDS', expected seconds: $error"
after=$(head -n 1 -- "$file" 2>&1) || finish 3 "cannot read CPU counters: $after"

# Fields 2 to 9 are user, nice, system, idle, iowait, irq, softirq and steal; guest time, after them, is part of user.
# The kernel lets iowait run backwards now and then, which counts as no change.
measured=$(printf '%s\n%s\n' "$before" "$after" | awk '
  $1 == "cpu" && NF >= 9 {
    samples++
    for (i = 2; i <= 9; i++) { change[i] = ($i > last[i]) ? $i - last[i] : 0; last[i] = $i + 0 }
  }
  END {
    for (i = 2; i <= 9; i++) total += change[i]
    if (samples != 2 || total <= 0) exit 1
    share = 100 / total
    printf "%.1f user %.1f%%, system %.1f%%, stolen by the hypervisor %.1f%%, waiting for disks %.1f%%",
      (total - change[5] - change[6]) * share, (change[2] + change[3]) * share,
      (change[4] + change[7] + change[8]) * share, change[9] * share, change[6] * share
  }') || finish 3 "cannot judge CPU use: the first line of $file holds no counters, or they stand still: $after"

used=${measured%% *}
finish 0 "CPU $used% used over $ROUNDS_SAMPLE_SECONDS s: ${measured#* }" "'cpu_used'=$used%;;;0;100"
