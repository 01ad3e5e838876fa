#!/bin/bash
# Checks that the backup of the day holds everything that it should: one file or folder at least for each pattern.
#
# Settings: ROUNDS_BACKUPS   the folder that holds a folder for each day
#           ROUNDS_DAY       name of the day's folder, as `date` writes the host's own date; %Y%m%d unless given
#           ROUNDS_EXPECTED  patterns such as `user_data* config*`, from the day's folder on, separated by white space
# Metrics:  found, missing   how many of the patterns have something, and how many have nothing
# OK when each pattern matches a file that is not empty, or a folder with such a file in it. CRITICAL when one does not,
# or when the folder of the day is not there. UNKNOWN when it cannot be read.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
set -f # The patterns are split at white space first, and expanded only where that is meant.
shopt -s nullglob

need_settings ROUNDS_BACKUPS ROUNDS_EXPECTED
need_tools 'backups are looked at with it, install coreutils and findutils' date find stat
[[ $ROUNDS_BACKUPS == /* ]] ||
  finish 3 "setting ROUNDS_BACKUPS is '$ROUNDS_BACKUPS', expected an absolute path: correct it in the runbook"
folder=$ROUNDS_BACKUPS/$(date "+${ROUNDS_DAY:-%Y%m%d}")

if ! kind=$(stat -L -c %F -- "$folder" 2>&1); then
  [[ $kind =~ ': '(No such file or|Not a)' directory'$ ]] || finish 3 "cannot look at the backup of the day: $kind"
  finish 2 "no backup of the day: $folder does not exist; run the backup now, then find out why it did not run"
fi
[ "$kind" = directory ] || finish 2 "no backup of the day: $folder is no folder but a $kind; run the backup again"

deny() {
  finish 3 "cannot look for $pattern in the backup of the day: $1; let user $EUID read it"
}

# expand PATTERN: puts what it matches into `matches`; the path before it is taken as it is.
expand() {
  local IFS=''
  set +f
  # shellcheck disable=SC2206 # Expanding is the purpose, and there is nothing to split at.
  matches=("$folder"/$1)
  set -f
}

# A pattern finds nothing in a folder that may not be read, which is not to pass for nothing being there.
need_readable_folders() {
  local part=$pattern match
  if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then deny "$folder: Permission denied"; fi
  while [[ $part == */* ]]; do
    part=${part%/*}
    expand "$part"
    for match in "${matches[@]}"; do
      if [ -d "$match" ] && { [ ! -r "$match" ] || [ ! -x "$match" ]; }; then deny "$match: Permission denied"; fi
    done
  done
}

# holds_something PATH
holds_something() {
  local answer
  [ -d "$1" ] || { [ -f "$1" ] && [ -s "$1" ]; } || return 1
  answer=$(find -H "$1" -ignore_readdir_race -type f -size +0c -printf found -quit 2>&1)
  [[ $answer != *found ]] || return 0
  [ -z "$answer" ] || deny "${answer%%$'\n'*}"
  return 1
}

total=0 found=0 missing=''
for pattern in $ROUNDS_EXPECTED; do
  total=$((total + 1)) problem='nothing of that name'
  need_readable_folders
  expand "$pattern"
  for match in "${matches[@]}"; do
    [ -e "$match" ] || continue # A name without wildcards stays although nothing has it.
    if holds_something "$match"; then
      found=$((found + 1)) problem=''
      break
    fi
    problem="${match##*/} is empty"
  done
  [ -z "$problem" ] || missing+="; $pattern: ${problem:0:60}"
done

metrics="'found'=$found;;;0;$total 'missing'=$((total - found));;;0;$total"
[ -z "$missing" ] ||
  finish 2 "$((total - found)) of $total parts missing in the backup of the day, $folder: ${missing#; }" "$metrics"
finish 0 "all $total parts are in the backup of the day, $folder" "$metrics"
