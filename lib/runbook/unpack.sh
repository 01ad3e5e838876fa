#!/bin/sh
# The first step of a document: puts the wrapper, the scripts and their libraries into a folder of this command alone, in
# memory where it can, from which the steps after it run them. NONCE and PACKED are set by check-script.ts. In its name is
# the half of the nonce that may be seen in a list of processes; the other half still tells our result lines from others.
umask 077
: "${nonce:?}" "${packed:?}"
find_folder() {
  for base in /dev/shm "${TMPDIR:-/tmp}"; do
    # What a command that was cancelled has left.
    find "$base" -maxdepth 1 -name 'rounds-????????????????-*' -user "$(id -u)" -mmin +1440 -exec rm -rf {} + 2>/dev/null
    folder=$base/rounds-${nonce%????????????????}-${AWS_SSM_INSTANCE_ID:-host}
    mkdir "$folder" 2>/dev/null && unpack && return
    rm -rf "$folder"
  done
  return 1
}
# The archive is a shell script that writes each file.
unpack() {
  printf '%s' "$packed" | base64 -d | gzip -d >"$folder/archive" && (cd "$folder" && sh ./archive) && rm "$folder/archive"
} 2>/dev/null
for tool in base64 gzip; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "$tool is not installed, with which scripts are unpacked; install it"
    exit 3
  }
done
find_folder || {
  echo "no scripts could be written to /dev/shm or ${TMPDIR:-/tmp}; free some space there"
  exit 3
}
