#!/bin/bash
# Runs a tool that the host has, and looks whether what it should leave is really there afterwards.
#
# Settings: ROUNDS_TOOL       path of the tool, or its name in
#           ROUNDS_TOOLS      optional: the folder of the tools
#           ROUNDS_ARGUMENTS  optional: its arguments, separated by spaces; quotes, patterns and $ mean nothing
#           ROUNDS_EXPECTED   optional: path of a file, or of a folder that holds one, which has to be there afterwards,
#                             not empty, and with a content newer than the start of the tool; the host's date may be
#                             part of it: /backups/%Y%m%d.tar (a percent sign itself is %%); one without / at its
#                             beginning is in
#           ROUNDS_BACKUPS    optional: a folder
# Metrics:  seconds [s]       how long the tool ran
# OK when the tool ended with 0 and left what is expected; CRITICAL when it did not; UNKNOWN when there is no such tool
# or it may not be executed. As with cron, the tool starts in the home folder and has no input. This script can be
# killed at any moment; what the tool then leaves is the tool's business.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_TOOL
need_tools 'tools are run and their results found with it, install coreutils and findutils' \
  date du find mkfifo mktemp numfmt rm sleep tail tr
tool=${ROUNDS_TOOL:-} expected=${ROUNDS_EXPECTED:-}
[[ $tool == /* || -z ${ROUNDS_TOOLS:-} ]] || tool=$ROUNDS_TOOLS/$tool
[[ -z $expected || $expected == /* || -z ${ROUNDS_BACKUPS:-} ]] || expected=$ROUNDS_BACKUPS/$expected
for path in "$tool" "$expected"; do
  [[ -z $path || $path == /* ]] ||
    finish 3 "setting ROUNDS_TOOL or ROUNDS_EXPECTED is '$path', expected a path that begins with /"
done
[ -f "$tool" ] || finish 3 "$tool is not installed: install it on this host, or correct the setting ROUNDS_TOOL"
[ -x "$tool" ] || finish 3 "$tool may not be executed by user $EUID: allow it, or correct the setting ROUNDS_TOOL"
read -r -d '' -a arguments < <(printf '%s\0' "${ROUNDS_ARGUMENTS:-}")
name="${tool##*/}${ROUNDS_ARGUMENTS:+ $ROUNDS_ARGUMENTS}"
name=${name:0:80}

children=() work=''
trap '[ -z "$work" ] || rm -rf -- "$work"; kill "${children[@]}" 2>/dev/null' EXIT
trap 'finish 2 "$name was told to end after $SECONDS s, before it was done"' HUP INT TERM
if ! work=$(mktemp -d 2>&1) || ! mkfifo "$work/output" "$work/errors"; then
  work=''
  finish 3 "cannot keep the output of $name: no folder could be made in ${TMPDIR:-/tmp}, free some space there"
fi

# The wrapper's TMPDIR lies in memory, which is no place for a backup.
start_tool() {
  cd ~ 2>/dev/null || cd /
  unset TMPDIR
  exec "$tool" ${arguments[@]+"${arguments[@]}"}
}

# Of all that the tool says only the end is kept.
tail -c 600 <"$work/output" >"$work/output.end" &
children+=($!)
tail -c 600 <"$work/errors" >"$work/errors.end" &
children+=($!)
started=$(date +%s%N)
# In the background, since bash hears a signal only while it waits.
start_tool </dev/null >"$work/output" 2>"$work/errors" &
children+=($!)
wait $! 2>/dev/null
code=$?
unset 'children[2]'
milliseconds=$((($(date +%s%N) - started) / 1000000)) started=$((started / 1000000000))
printf -v took '%d.%03d' $((milliseconds / 1000)) $((milliseconds % 1000))
data="'seconds'=${took}s;;;0"

# A daemon that the tool left running may hold its output for ever: two seconds, then the words are lost.
for ((tries = 0; tries < 100; tries++)); do
  kill -0 "${children[0]}" 2>/dev/null || kill -0 "${children[1]}" 2>/dev/null || break
  sleep 0.02
done

# last_line STREAM: the last line that is not empty.
last_line() {
  local line last=''
  while IFS= read -r line || [ -n "$line" ]; do
    [[ $line =~ [^[:space:]] ]] && last=$line
  done < <(tr -d '\000' <"$work/$1.end")
  printf '%s' "${last:0:150}"
}
errors=$(last_line errors) output=$(last_line output)

if ((code != 0)); then
  reason="exit code $code"
  ((code <= 128)) || reason+=", which is signal $((code - 128))"
  words=${errors:-$output}
  finish 2 "$name failed after $took s with $reason: ${words:-it said nothing}" "$data"
fi
[ -n "$expected" ] || finish 0 "$name ended well after $took s: ${output:-it said nothing}" "$data"

# At midnight the tool may have taken the date of its start or that of its end.
for moment in "@$started" now; do
  path=$(date -d "$moment" "+$expected")
  # One second earlier than the start, since some file systems keep no fractions.
  found=$(find -H "$path" -type f -size +0c -newermt "@$((started - 1))" -print -quit 2>/dev/null)
  if [ -n "$found" ]; then
    size=$(du -s -D -B 1 -- "$path" 2>/dev/null)
    size=$(numfmt --to=si --suffix=B --round=nearest "${size%%[!0-9]*}")
    finish 0 "$name ended well after $took s: $path is there, $size" "$data"
  fi
done
if [ ! -e "$path" ]; then
  fault='is not there'
elif [ -f "$path" ] && [ ! -s "$path" ]; then
  fault='is empty'
elif [ -f "$path" ]; then
  fault="is older than that: of $(date -r "$path" '+%Y-%m-%d %H:%M:%S')"
else
  fault="holds no file that is newer than that and not empty"
fi
finish 2 "$name claims to have ended well after $took s, but $path $fault; it said: ${errors:-${output:-nothing}}" "$data"
