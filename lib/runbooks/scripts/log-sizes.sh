#!/bin/bash
# Measures how much disk the logs take, and names the five largest folders or files at the top of the log folder.
#
# Settings: ROUNDS_LOGS     the log folder
# Metrics:  logs_total [B]  judged by the runbook
# OK when measured, an empty folder too; UNKNOWN when the folder is missing or any part of it cannot be measured.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
shopt -s nullglob dotglob

need_settings ROUNDS_LOGS
need_tools 'log sizes are measured with it, install coreutils' du numfmt sort
[ -d "$ROUNDS_LOGS" ] || finish 3 "$ROUNDS_LOGS is missing or no folder: correct the setting, or mount the logs"
if [ ! -r "$ROUNDS_LOGS" ] || [ ! -x "$ROUNDS_LOGS" ]; then
  finish 3 "$ROUNDS_LOGS cannot be listed, permission denied: let the user $EUID read it"
fi

entries=()
for entry in "$ROUNDS_LOGS"/*; do
  [ -e "$entry" ] && entries+=("$entry") # A link to nowhere takes no space, and du would fail on it.
done

# Prints a record `bytes<tab>name` for each entry and one more, `complete<tab>` or `refused<tab>complaint`, which alone
# tells logs that were measured from logs that were not. Links are followed: they lead to logs moved to another disk.
measure() {
  local complaint
  if complaint=$(printf '%s\0' "${entries[@]}" | du -s -D -0 -B 1 --files0-from=- 2>&1 >&3); then
    printf 'complete\t\0'
  else
    printf 'refused\t%s\0' "$complaint"
  fi
} 3>&1
human() { numfmt --to=si --suffix=B --round=nearest "$1"; }

((${#entries[@]})) || finish 0 "$ROUNDS_LOGS is empty" "'logs_total'=0B;;;0"
total=0 count=0 largest='' complete=''
while IFS=$'\t' read -r -d '' size name; do
  case $size in
    complete) complete=yes ;;
    refused)
      complaint=${name%%$'\n'*}
      finish 3 "could not measure all of $ROUNDS_LOGS: $complaint; let user $EUID read it, or look again after rotation"
      ;;
    *)
      count=$((count + 1)) total=$((total + size)) name=${name##*/}
      ((count > 5)) || largest+=", ${name:0:40} $(human "$size")"
      ;;
  esac
done < <(measure | sort -z -r -n)
[ -n "$complete" ] || finish 3 "could not measure $ROUNDS_LOGS: du or sort ended early: run du on it to see why"
finish 0 "logs take $(human "$total") in $ROUNDS_LOGS; largest: ${largest#, }" "'logs_total'=${total}B;;;0"
