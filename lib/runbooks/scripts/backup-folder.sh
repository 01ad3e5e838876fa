#!/bin/bash
# Checks that the backup of the day was made: its folder is there and holds something.
#
# Settings: ROUNDS_BACKUPS  the folder that holds a folder for each day
#           ROUNDS_DAY      name of the day's folder, as `date` writes the host's own date; %Y%m%d unless given
# Metrics:  age [s]         of its newest file, judged by the runbook; below 0 for one that is dated in the future
# OK when it holds a file that is not empty; CRITICAL when it does not, or is not there; UNKNOWN when it cannot be read.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_BACKUPS
need_tools 'backups are looked at with it, install awk, coreutils and findutils' awk date find head stat
[[ $ROUNDS_BACKUPS == /* ]] ||
  finish 3 "setting ROUNDS_BACKUPS is '$ROUNDS_BACKUPS', expected an absolute path: correct it in the runbook"
folder=$ROUNDS_BACKUPS/$(date "+${ROUNDS_DAY:-%Y%m%d}")
advice='run the backup now, then find out why it did not run or where it went'

if ! kind=$(stat -L -c %F -- "$folder" 2>&1); then
  [[ $kind =~ ': '(No such file or|Not a)' directory'$ ]] || finish 3 "cannot look at the backup of the day: $kind"
  finish 2 "no backup of the day: $folder does not exist; $advice"
fi
[ "$kind" = directory ] || finish 2 "no backup of the day: $folder is no folder but a $kind; $advice"

# Prints a line `seconds bytes` for each file and one more, `complete` or `refused complaint`, which alone tells a
# folder that was read from one that was not.
list() {
  local complaint
  if complaint=$(
    set -o pipefail
    find -H "$folder" -ignore_readdir_race -type f -printf '%T@ %s\n' 2>&1 >&3 | head -n 1
  ); then
    echo complete
  else
    printf 'refused %s\n' "$complaint"
  fi
} 3>&1
found=$(list | awk '
  $1 == "complete" { state = $1; next }
  $1 == "refused" { state = $0; next }
  { files++; bytes += $2; if ($1 + 0 > newest) newest = $1 + 0 }
  END { printf "%.0f %.0f %.0f %s", files, bytes, int(newest), state }')
read -r files bytes newest state <<<"$found"

[[ $state != refused* ]] || finish 3 "could not look at all of $folder: ${state#refused }; let user $EUID read it"
[ "$state" = complete ] || finish 3 "could not look at $folder: find or awk ended early; run find on it to see why"
((files > 0)) || finish 2 "the backup of the day is empty: $folder holds no file; $advice"
((bytes > 0)) || finish 2 "the backup of the day is empty: all $files files in $folder hold nothing; $advice"

printf -v now '%(%s)T' -1
age=$((now - newest))
printf -v written '%(%Y-%m-%d %H:%M:%S %Z)T' "$newest"
finish 0 "backup of the day is there: $files files in $folder, the newest of $written" "'age'=${age}s;;;0"
