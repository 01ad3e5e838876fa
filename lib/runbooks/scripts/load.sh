#!/bin/bash
# Measures how many programs want a processor at once, for each core, and who is logged in.
#
# Settings: ROUNDS_PROC_PATH  where procfs is mounted: /proc
# Metrics:  load1_per_core, load5_per_core, load15_per_core  judged by the runbook: above 1 somebody waits
#           users             how many people are logged in; each counts once
# OK when measured; UNKNOWN when procfs or the list of logins cannot be read.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_PROC_PATH
need_tools 'load and logins are read with it, install awk and coreutils' awk cat head who

file=$ROUNDS_PROC_PATH/loadavg
loads=$(head -n 1 -- "$file" 2>&1) || finish 3 "cannot read the load: $loads"
number='[0-9]{1,9}\.[0-9]{1,9}'
[[ $loads =~ ^($number)\ ($number)\ ($number)(\ |$) ]] ||
  finish 3 "cannot judge the load: the first line of $file is '$loads', expected three averages"
one=${BASH_REMATCH[1]} five=${BASH_REMATCH[2]} fifteen=${BASH_REMATCH[3]}

counters=$(cat -- "$ROUNDS_PROC_PATH/stat" 2>&1) || finish 3 "cannot count the cores: $counters"
cores=$(awk '/^cpu[0-9]+ / { cores++ } END { print cores + 0 }' <<<"$counters")
((cores > 0)) || finish 3 "cannot count the cores: $ROUNDS_PROC_PATH/stat has no line of one"
each=$(awk -v cores="$cores" '{ printf "%.2f %.2f %.2f", $1 / cores, $2 / cores, $3 / cores }' <<<"$one $five $fifteen")
read -r one five fifteen <<<"$each"

text="load per core $one (1 min), $five (5 min), $fifteen (15 min) on $cores cores"
metrics="'load1_per_core'=$one;;;0 'load5_per_core'=$five;;;0 'load15_per_core'=$fifteen;;;0"
logins=$(who 2>&1) || finish 3 "$text; cannot list who is logged in: $logins" "$metrics 'users'=U;;;0"

# One line a terminal, the name first.
people=$(awk 'NF && !seen[$1]++ { count++; if (count <= 8) names = names (count > 1 ? ", " : "") substr($1, 1, 20) }
  END { printf "%d %s%s", count, names, (count > 8 ? " and " count - 8 " more" : "") }' <<<"$logins")
users=${people%% *}
case $users in
  0) text+='; nobody is logged in' ;;
  1) text+="; 1 user logged in: ${people#* }" ;;
  *) text+="; $users users logged in: ${people#* }" ;;
esac
finish 0 "$text" "$metrics 'users'=$users;;;0"
