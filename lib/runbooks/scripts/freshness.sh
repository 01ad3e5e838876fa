#!/bin/bash
# Checks that somebody still writes: that the newest of some files was written to lately.
#
# Settings: ROUNDS_LOGS             optional: the folder to which those of the patterns belong that do not begin with /
#           ROUNDS_FILES            patterns of paths, separated by spaces; a space in a path is written as ?
#           ROUNDS_MAX_AGE_MINUTES  how old the newest may be
# Metrics:  age [s]                 of the newest
# OK when it is young enough; CRITICAL when it is older, or when there is none in a folder that is there. UNKNOWN when a
# folder is missing or cannot be listed, or the file is newer than now.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
shopt -s nullglob

need_settings ROUNDS_FILES ROUNDS_MAX_AGE_MINUTES
need_tools 'the age of files is measured with it, install coreutils' date stat
[[ $ROUNDS_MAX_AGE_MINUTES =~ ^[1-9][0-9]{0,6}$ ]] ||
  finish 3 "setting ROUNDS_MAX_AGE_MINUTES is '$ROUNDS_MAX_AGE_MINUTES', expected whole minutes above 0"

read -r -d '' -a patterns <<<"$ROUNDS_FILES"
newest=''
for pattern in "${patterns[@]}"; do
  base=''
  [[ $pattern == /* ]] || base=${ROUNDS_LOGS:+$ROUNDS_LOGS/}
  [[ $base$pattern == /* ]] || finish 3 "setting ROUNDS_FILES holds '$pattern', expected a path that begins with /"
  folder=$base${pattern%%[*?[]*}
  folder=${folder%/*}
  folder=${folder:-/}
  [ -d "$folder" ] || finish 3 "folder $folder is missing: correct the setting ROUNDS_FILES, or mount it"
  if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then
    finish 3 "folder $folder cannot be listed, permission denied: let the user $EUID read it"
  fi
  # Unquoted, since the pattern is to become names.
  # shellcheck disable=SC2086
  for file in "$base"$pattern; do
    if [ -f "$file" ] && { [ -z "$newest" ] || [ "$file" -nt "$newest" ]; }; then
      newest=$file
    fi
  done
done
[ -n "$newest" ] || finish 2 "nothing is written: no file matches $ROUNDS_FILES"

written=$(stat -L -c %Y -- "$newest" 2>&1) || finish 3 "cannot read the age of $newest: $written"
age=$(($(date +%s) - written))
((age >= -60)) || finish 3 "$newest was written $((-age)) s from now: correct the clock of this host"
((age >= 0)) || age=0
text="newest of $ROUNDS_FILES is ${newest##*/}, written $((age / 60)) min ago"
metric="'age'=${age}s;;;0"
((age <= ROUNDS_MAX_AGE_MINUTES * 60)) ||
  finish 2 "nothing is written any more: $text, expected at most $ROUNDS_MAX_AGE_MINUTES min" "$metric"
finish 0 "$text" "$metric"
