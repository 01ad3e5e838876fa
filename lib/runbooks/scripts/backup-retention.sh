#!/bin/bash
# Checks that backups past their retention were removed, by the dates that their folders are named for.
#
# Settings: ROUNDS_BACKUPS         the folder that holds a folder for each day, named YYYYMMDD
#           ROUNDS_RETENTION_DAYS  how many days before the host's own date of today a folder may be dated
# Metrics:  past_retention, kept   folders dated before that, and from then until today
# OK when no folder is past retention; WARNING when one is, or is dated in the future; UNKNOWN when the backups are
# missing or cannot be read. What is not named for a day is counted in the text but not judged.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
shopt -s nullglob dotglob

need_settings ROUNDS_BACKUPS ROUNDS_RETENTION_DAYS
need_tools 'dates are compared with it, install coreutils' date
[[ $ROUNDS_RETENTION_DAYS =~ ^[1-9][0-9]{0,4}$ ]] ||
  finish 3 "setting ROUNDS_RETENTION_DAYS is '$ROUNDS_RETENTION_DAYS', expected whole days: correct it in the runbook"
[ -d "$ROUNDS_BACKUPS" ] ||
  finish 3 "$ROUNDS_BACKUPS is missing or no folder: correct the setting, or mount the backups"
if [ ! -r "$ROUNDS_BACKUPS" ] || [ ! -x "$ROUNDS_BACKUPS" ]; then
  finish 3 "$ROUNDS_BACKUPS cannot be listed, permission denied: let the user $EUID read it"
fi

today=$(date +%Y%m%d)
# Days are counted in UTC, where each has 24 hours.
first=$(date -u -d "$today $ROUNDS_RETENTION_DAYS days ago" +%Y%m%d 2>&1) ||
  finish 3 "cannot count $ROUNDS_RETENTION_DAYS days back from $today: $first"

past=0 kept=0 others=0 future=0 oldest=99999999 latest=0
for entry in "$ROUNDS_BACKUPS"/*; do
  day=${entry##*/}
  if [[ ! $day =~ ^[12][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$ ]] || [ ! -d "$entry" ]; then
    others=$((others + 1))
  elif ((day < first)); then
    past=$((past + 1))
    ((day > oldest)) || oldest=$day
  elif ((day > today)); then
    future=$((future + 1))
    ((day < latest)) || latest=$day
  else
    kept=$((kept + 1))
  fi
done

metrics="'past_retention'=$past;;;0 'kept'=$kept;;;0"
rule="$ROUNDS_RETENTION_DAYS days in $ROUNDS_BACKUPS"
problems=''
((past == 0)) || problems+="; $past backups older than $rule, the oldest of $oldest: remove them, or mend what should"
((future == 0)) || problems+="; $future backups dated in the future, the last $latest: look at the clock"
((others == 0)) || rule+="; $others others there are not named for a day"
[ -z "$problems" ] || finish 1 "${problems#; }" "$metrics"
finish 0 "no backup older than $rule; $kept kept" "$metrics"
