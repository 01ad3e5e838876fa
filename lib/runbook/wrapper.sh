#!/bin/sh
# Runs one check on a host and prints what readStepOutput reads: the result line, the first bytes of the check's stdout,
# the first bytes of its stderr. Functions only: check-script.ts makes the calls. For dash, bash and busybox.

# begin NONCE: makes the work folder, in memory where it can: a full disk must not stop the report of a full disk.
begin() {
  nonce=$1 work='' group=''
  trap clean_up EXIT
  trap 'exit 3' HUP INT TERM
  work=$(mktemp -d /dev/shm/rounds.XXXXXX 2>/dev/null || mktemp -d "${TMPDIR:-/tmp}/rounds.XXXXXX" 2>/dev/null) ||
    give_up "no folder could be made in /dev/shm or ${TMPDIR:-/tmp}; free some space there"
  # The shell may keep a here-document in a file of its own.
  export TMPDIR="$work"
  # A locale that the host does not have makes every program warn.
  case $(locale -a 2>/dev/null) in *C.utf8* | *C.UTF-8*) export LC_ALL=C.UTF-8 ;; *) export LC_ALL=C ;; esac
}

clean_up() {
  [ -z "$group" ] || kill -KILL "-$group" 2>/dev/null
  [ -z "$work" ] || rm -rf "$work"
}

# give_up REASON (in ASCII: its length is counted in bytes)
give_up() {
  text="the check could not be started: $1"
  printf 'ROUNDS/1 %s exit=3 stdout=%s stderr=0\n%s\n' "$nonce" "${#text}" "$text"
  exit 3
}

# remember FOLDER: where the host keeps what a check remembers; ROUNDS_STATE_FOLDER moves it for the whole host.
remember() {
  export ROUNDS_STATE="${ROUNDS_STATE_FOLDER:-/var/lib/rounds}/$1"
}

# lock: one run of a job at a time, for as long as anything of it runs: what the job starts holds the lock too.
lock() {
  command -v flock >/dev/null 2>&1 || give_up "flock is not installed, and the job must not run twice at once; install util-linux"
  # In a shell of its own, since one that cannot write for `:` ends.
  (umask 077 && mkdir -p "$ROUNDS_STATE" && : >>"$ROUNDS_STATE/lock") 2>/dev/null ||
    give_up "$ROUNDS_STATE/lock cannot be written; it keeps the job from running twice at once"
  exec 9>>"$ROUNDS_STATE/lock"
  flock -n 9 || give_up "it is running already, started by another round; wait for its end"
}

# run_check SECONDS COMMAND...
run_check() {
  seconds=$1
  shift
  mkfifo "$work/stdout.pipe" "$work/stderr.pipe" || give_up "mkfifo failed in $work"
  keep 1800 "$work/stdout" <"$work/stdout.pipe" &
  keep 300 "$work/stderr" <"$work/stderr.pipe" &
  started=$(date +%s)
  # timeout gives the check a process group of its own, with the id of timeout itself. Where a host has none, the
  # step's own time-out is the only bound.
  ! command -v timeout >/dev/null 2>&1 || set -- timeout -k 2 "$seconds" "$@"
  "$@" </dev/null >"$work/stdout.pipe" 2>"$work/stderr.pipe" &
  group=$!
  # The shell would write "Killed" to the step's stderr.
  wait "$group" 2>/dev/null
  code=$?
  # 137 is also what the kernel leaves of a check that took too much memory.
  [ "$code" -ne 137 ] || [ $(($(date +%s) - started)) -lt "$seconds" ] || code=124
  # What the check left running would keep its pipes open.
  kill -KILL "-$group" 2>/dev/null
  group=''
  wait_for_readers
  report
}

# keep BYTES FILE: keeps the first bytes (and one more, which tells that there were more) and counts the rest, so that
# a check is never stopped by a closed pipe, nor a disk filled by its output. dd writes each byte at once. It outlives
# the step where a daemon holds the pipe, and must not hold the step's own output then.
keep() {
  exec >/dev/null 2>&1 9>&-
  dd bs=1 count=$(($1 + 1)) of="$2"
  wc -c >"$2.rest"
}

# A daemon that left the group may hold a pipe for ever: two seconds, then what has come so far is all.
wait_for_readers() {
  tries=0
  until [ -s "$work/stdout.rest" ] && [ -s "$work/stderr.rest" ] || [ "$tries" -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
}

report() {
  printf 'ROUNDS/1 %s exit=%s stdout=%s stderr=%s\n' "$nonce" "$code" "$(total stdout)" "$(total stderr)"
  show stdout 1800
  [ ! -s "$work/stderr" ] || echo '-- stderr --'
  show stderr 300
  # Any other code might be one that SSM gives a meaning of its own.
  case $code in [0-3]) exit "$code" ;; *) exit 3 ;; esac
}

total() {
  rest=$(cat "$work/$1.rest" 2>/dev/null)
  echo $(($(wc -c <"$work/$1") + ${rest:-0}))
}

# show NAME BYTES: NUL would not survive the way; every other byte is the reader's to clean.
show() {
  [ ! -s "$work/$1" ] || { head -c "$2" "$work/$1" | LC_ALL=C tr '\000' '?' && echo; }
}
