#!/bin/bash
# Measures how full the file system is that holds a path, as `df` shows it: reserved blocks left out, rounded up.
#
# Settings: ROUNDS_DISK_PATH  any path on the file system
# Metrics:  disk_used [%]     judged by the runbook
# OK when measured; UNKNOWN when the path does not exist or its file system has no size.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_DISK_PATH
need_tools 'disk use is measured with it, install coreutils' df numfmt

answer=$(df -P -k -- "$ROUNDS_DISK_PATH" 2>&1) || finish 3 "cannot measure the disk of $ROUNDS_DISK_PATH: $answer"

# Blocks, used, available, capacity: found by their shape, since device and mount point may contain spaces.
shape='[[:space:]]([0-9]+)[[:space:]]+[0-9]+[[:space:]]+(-?[0-9]+)[[:space:]]+([0-9]+)%[[:space:]]'
[[ $answer =~ $shape ]] ||
  finish 3 "cannot judge the disk of $ROUNDS_DISK_PATH: df told no capacity: $answer"
size=${BASH_REMATCH[1]} free=${BASH_REMATCH[2]} used=${BASH_REMATCH[3]}

size() { numfmt --from-unit=1024 --to=iec-i --suffix=B --round=nearest -- "$1"; }
finish 0 "disk of $ROUNDS_DISK_PATH $used% used: $(size "$free") of $(size "$size") free" "'disk_used'=$used%;;;0;100"
