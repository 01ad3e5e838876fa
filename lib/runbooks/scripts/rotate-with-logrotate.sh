#!/bin/bash
# Has logrotate do what one of its configurations says, then removes the rotated logs that are too old.
#
# Settings: ROUNDS_CONFIG      the configuration: /etc/logrotate.d/NAME
#           ROUNDS_LOGS        the folder whose old rotated logs, *.log.*, are removed
#           ROUNDS_KEEP_DAYS   a rotated log older than that many times 24 hours is removed
#           ROUNDS_STATE_FILE  optional: where logrotate keeps its state, if not where it does by itself
# Metrics:  rotated (logs), removed (files), freed [B]
# OK when logrotate complained of nothing and kept its state, and all that is old is gone; WARNING when nothing was
# removed since something is mounted inside the folder; CRITICAL when logrotate failed, and nothing is removed then, or
# when a file could not be removed; UNKNOWN when nothing was begun.
# logrotate ends with 0 although it ignored its configuration, so that its words are read. No link is followed and no
# other file system entered. Killed at any moment it has done a part, and the next run does the rest.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_CONFIG ROUNDS_LOGS ROUNDS_KEEP_DAYS
need_tools 'logs are rotated and removed with it, install logrotate, coreutils and findutils' \
  logrotate awk date find numfmt realpath stat
config=$ROUNDS_CONFIG logs=$ROUNDS_LOGS days=$ROUNDS_KEEP_DAYS state=${ROUNDS_STATE_FILE:-}
[[ $days =~ ^[0-9]{1,5}$ ]] || finish 3 "setting ROUNDS_KEEP_DAYS is '$days', expected a number of days"
[[ $config == /* ]] || finish 3 "setting ROUNDS_CONFIG is '$config', expected a path that begins with /"
system='/|/(bin|boot|dev|etc|lib[^/]*|proc|root|run|sbin|sys|usr)(/.*)?|/(home|media|mnt|opt|srv|tmp|var)|/var/(cache|lib)'
if [[ $logs =~ ^($system)$ ]]; then
  finish 3 "setting ROUNDS_LOGS is '$logs', which holds more than logs: name the folder of the application's logs"
fi
[ -d "$logs" ] || finish 3 "$logs is missing or no folder: correct the setting, or mount the logs"
real=$(realpath -e -- "$logs" 2>&1)
[ "$real" = "$logs" ] || finish 3 "setting ROUNDS_LOGS is '$logs', expected a plain path without links: $real"

if [ -z "$state" ]; then
  state=$(logrotate --version 2>&1 | awk -F ': *' '/Default state file path/ { print $2 }')
  [ -n "$state" ] || finish 3 'logrotate does not tell where it keeps its state: name it in the setting stateFile'
fi
started=$(date +%s)
# Answers `exit code, logs rotated, errors, first error`.
outcome=$(
  { logrotate --verbose --state "$state" -- "$config" 2>&1 </dev/null; printf 'exit %s\n' $?; } | awk '
    /^rotating log / { rotated++ }
    /^error: / && !errors++ { first = substr($0, 8, 150) }
    { last = previous; previous = substr($0, 1, 150) }
    END { sub("exit ", "", previous); printf "%s\t%d\t%d\t%s", previous, rotated, errors, first != "" ? first : last }'
)
IFS=$'\t' read -r code rotated errors words <<<"${outcome//$'\n'/ }"
kept=$(stat -c %Y -- "$state" 2>/dev/null)
data="'rotated'=${rotated:-0};;;0"
if [ "$code" != 0 ] || ((errors)); then
  finish 2 "logrotate $config failed with exit code $code, no old log was removed: $words" "$data"
elif ((${kept:-0} < started)); then
  finish 2 "logrotate $config ended well but has not written its state, $state; no old log was removed" "$data"
fi

# By itself find would stay on one device, which a bind mount need not leave: this list tells all mounts.
while read -r _ _ _ _ mounted _; do
  printf -v mounted %b "${mounted//\\/\\0}" # A space is \040 there.
  [[ $mounted != "$logs"/* ]] ||
    finish 1 "logrotate rotated $rotated logs; no old log was removed since $mounted is mounted inside $logs" "$data"
done </proc/self/mountinfo

# Prints `gone BYTES` for each file that was removed; find's own complaints begin with its name.
gone=$(find -P "$logs" -xdev -type f -name '*.log.*' ! -newermt "@$((started - days * 86400))" -delete -printf 'gone %s\n' 2>&1 |
  awk '
    $1 == "gone" { count++; bytes += $2 }
    /^find: / && !failures++ { first = substr($0, 7, 150) }
    END { printf "%d\t%.0f\t%d\t%s", count, bytes, failures, first }')
IFS=$'\t' read -r count bytes failures words <<<"$gone"
data+=" 'removed'=$count;;;0 'freed'=${bytes}B;;;0"
done="rotated $rotated logs by $config; removed $count rotated logs older than $days days"
done+=", $(numfmt --to=si --suffix=B --round=nearest "$bytes")"
((failures == 0)) || finish 2 "$failures old logs could not be removed: $words; $done" "$data"
finish 0 "$done" "$data"
