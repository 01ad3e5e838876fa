#!/bin/sh
# The first step of a document: puts the wrapper, the scripts and their libraries into a folder of this command alone, in
# memory where it can, from which the steps after it run them. NONCE and PACKED are set by check-script.ts. In its name is
# the half of the nonce that may be seen in a list of processes; the other half still tells our result lines from others.
# It lies where nobody but the agent's user can put anything, whatever he knows of the name: never in /tmp or /dev/shm, nor
# in a folder that somebody else has made. The steps after it look by the same rules: see inFolder in check-script.ts.
umask 077
: "${nonce:?}" "${packed:?}"
state="${ROUNDS_STATE_FOLDER:-/var/lib/rounds}/run"
name=rounds-${nonce%????????????????}-${AWS_SSM_INSTANCE_ID:-host}
find_folder() {
  for base in /run/rounds "$state"; do
    mkdir -p "$base" 2>/dev/null || continue
    [ -O "$base" ] || continue
    # What a command that was cancelled has left.
    find "$base" -maxdepth 1 -name 'rounds-????????????????-*' -mmin +1440 -exec rm -rf {} + 2>/dev/null
    folder=$base/$name
    mkdir "$folder" 2>/dev/null || continue
    unpack && return
    rm -rf "$folder"
  done
  return 1
}
# The archive is a shell script that writes each file; older shells keep its here-documents in files of their own.
unpack() {
  printf '%s' "$packed" | base64 -d | gzip -d >"$folder/archive" &&
    (cd "$folder" && TMPDIR=$folder sh ./archive) && rm "$folder/archive"
} 2>/dev/null
for tool in base64 gzip; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "$tool is not installed, with which scripts are unpacked; install it"
    exit 3
  }
done
find_folder || {
  echo "no scripts could be written to /run/rounds or $state; free some space there"
  exit 3
}
