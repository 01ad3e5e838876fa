#!/bin/bash
# Measures how full the file system is that holds a path, as `df` shows it: reserved blocks left out, rounded up.
#
# Settings: ROUNDS_DISK_PATH  any path on the file system
# Metrics:  disk_used [%]     judged by the runbook
# OK when measured; UNKNOWN when the path does not exist or its file system has no size.
export LC_ALL=C

# Ends the check with an exit code, a text and performance data. The text quotes other tools, so whatever could pass
# for performance data or for a second line is replaced, and it stays short enough for a text message.
finish() {
  local text=${2//$'\n'/ }
  text=${text//[^ -\{\}~]/?}
  ((${#text} <= 300)) || text="${text:0:297}..."
  printf '%s%s\n' "$text" "${3:+ | $3}"
  exit "$1"
}

[ -n "${ROUNDS_DISK_PATH:-}" ] ||
  finish 3 "setting ROUNDS_DISK_PATH is missing: give it to this check in the runbook"
for tool in df numfmt; do
  command -v "$tool" >/dev/null || finish 3 "$tool is not installed: disk use is measured with it, install coreutils"
done

answer=$(df -P -k -- "$ROUNDS_DISK_PATH" 2>&1) || finish 3 "cannot measure the disk of $ROUNDS_DISK_PATH: $answer"

# Blocks, used, available, capacity: found by their shape, since device and mount point may contain spaces.
shape='[[:space:]]([0-9]+)[[:space:]]+[0-9]+[[:space:]]+(-?[0-9]+)[[:space:]]+([0-9]+)%[[:space:]]'
[[ $answer =~ $shape ]] ||
  finish 3 "cannot judge the disk of $ROUNDS_DISK_PATH: df told no capacity: $answer"
size=${BASH_REMATCH[1]} free=${BASH_REMATCH[2]} used=${BASH_REMATCH[3]}

size() { numfmt --from-unit=1024 --to=iec-i --suffix=B --round=nearest -- "$1"; }
finish 0 "disk of $ROUNDS_DISK_PATH $used% used: $(size "$free") of $(size "$size") free" "'disk_used'=$used%;;;0;100"
