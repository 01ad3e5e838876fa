#!/bin/bash
# Checks that logs past their retention were removed, by the time that they were last written.
#
# Settings: ROUNDS_LOGS            the log folder; what is mounted inside it and what links lead to is left out
#           ROUNDS_PATTERN         names of the logs, such as *.jsonl
#           ROUNDS_RETENTION_DAYS  how long they are kept. As `find -mtime +30` counts: a log is past 30 days when
#                                  31 times 24 hours are over, so that a daily clean-up is not reported before its turn
# Metrics:  past_retention, past_retention_bytes [B]
# OK when none is past retention; WARNING when one is; UNKNOWN when any part of the folder cannot be read.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_LOGS ROUNDS_PATTERN ROUNDS_RETENTION_DAYS
need_tools 'old logs are looked for with it, install awk, coreutils and findutils' awk find head numfmt tr
[[ $ROUNDS_LOGS == /* ]] ||
  finish 3 "setting ROUNDS_LOGS is '$ROUNDS_LOGS', expected an absolute path: correct it in the runbook"
[[ $ROUNDS_PATTERN != */* ]] ||
  finish 3 "setting ROUNDS_PATTERN is '$ROUNDS_PATTERN', expected names without a folder: correct it in the runbook"
[[ $ROUNDS_RETENTION_DAYS =~ ^[1-9][0-9]{0,4}$ ]] ||
  finish 3 "setting ROUNDS_RETENTION_DAYS is '$ROUNDS_RETENTION_DAYS', expected whole days: correct it in the runbook"
[ -d "$ROUNDS_LOGS" ] || finish 3 "$ROUNDS_LOGS is missing or no folder: correct the setting, or mount the logs"

# Prints a record `seconds bytes name` for each log and one more, `complete` or `refused complaint`, which alone tells
# logs that were all looked at from logs that were not.
list() {
  local complaint
  if complaint=$(
    set -o pipefail
    find -H "$ROUNDS_LOGS" -xdev -ignore_readdir_race -type f -name "$ROUNDS_PATTERN" -printf '%T@ %s %P\0' 2>&1 >&3 |
      head -n 1
  ); then
    printf 'complete\0'
  else
    printf 'refused %s\0' "$complaint"
  fi
} 3>&1

# A name may hold a line break, which must not pass for the end of a record.
printf -v limit '%(%s)T' -1
limit=$((limit - (ROUNDS_RETENTION_DAYS + 1) * 86400))
found=$(list | tr '\n\0' '?\n' | awk -v limit="$limit" '
  $1 == "complete" { state = $1; next }
  $1 == "refused" { state = $0; next }
  { logs++ }
  $1 + 0 <= limit {
    past++; bytes += $2
    if (past == 1 || $1 + 0 < oldest) { oldest = $1 + 0; name = substr($0, length($1 " " $2 " ") + 1) }
  }
  END { printf "%s\n%.0f %.0f %.0f %.0f\n%s", state, logs, past, bytes, int(oldest), name }')
{ read -r state; read -r logs past bytes oldest; read -r name; } <<<"$found"

[[ $state != refused* ]] || finish 3 "could not look at all of $ROUNDS_LOGS: ${state#refused }; let user $EUID read it"
[ "$state" = complete ] || finish 3 "could not look at $ROUNDS_LOGS: find or awk ended early; run find on it to see why"

metrics="'past_retention'=$past;;;0 'past_retention_bytes'=${bytes}B;;;0"
rule="$ROUNDS_RETENTION_DAYS days in $ROUNDS_LOGS"
((past > 0)) || finish 0 "none of $logs logs named $ROUNDS_PATTERN is older than $rule" "$metrics"
printf -v written '%(%Y-%m-%d)T' "$oldest"
size=$(numfmt --to=si --suffix=B --round=nearest "$bytes")
oldest="${name:0:80} of $written"
finish 1 "$past of $logs logs ($size) older than $rule, the oldest $oldest: clean up, or mend what should" "$metrics"
