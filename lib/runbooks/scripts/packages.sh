#!/bin/bash
# Counts the updates of OS packages that wait to be installed, those for security apart. Installs nothing.
#
# Settings: ROUNDS_MAX_LIST_AGE_DAYS  days after which the host's lists of packages say nothing any more
#           ROUNDS_TIMEOUT_SECONDS    most seconds that the package manager may take for an answer (it is asked twice)
#           ROUNDS_LIST_FOLDER        where the lists are, if not in /var/lib/apt/lists or, of dnf, below /var/cache
# Metrics:  security, updates         judged by the runbook; updates counts all, also those for security
# OK when counted; UNKNOWN when the host has neither apt nor dnf, when its lists are too old, or cannot be read. apt is
# asked from the lists that the host has; dnf fetches lists that have expired, as it does whenever it is used.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_MAX_LIST_AGE_DAYS ROUNDS_TIMEOUT_SECONDS
for setting in ROUNDS_MAX_LIST_AGE_DAYS ROUNDS_TIMEOUT_SECONDS; do
  [[ ${!setting} =~ ^[1-9][0-9]{0,3}$ ]] ||
    finish 3 "setting $setting is '${!setting}', expected a whole number from 1 to 9999"
done
need_tools 'packages are counted with it, install awk and coreutils' awk date sort stat timeout

# ask COMMAND...: what the package manager answers, in $answer, and its exit code, in $code.
ask() {
  answer=$(timeout -k 2 "$ROUNDS_TIMEOUT_SECONDS" "$@" 2>&1 </dev/null)
  code=$?
  case $code in 124 | 137) finish 3 "$1 gave no answer within $ROUNDS_TIMEOUT_SECONDS s" ;; esac
}

# complain TOOL: its last error is the one that stopped it.
complain() {
  finish 3 "$1 cannot tell what waits (exit code $code): $(awk '/^(E|Error):/ { error = $0 } NF { last = $0 }
    END { print error ? error : last }' <<<"$answer")"
}

# need_fresh FIX FILE...: $age is the days since the newest file changed; it must not be too old.
need_fresh() {
  local fix=$1 times newest
  shift
  times=$(stat -c %Y -- "$@" 2>/dev/null)
  newest=$(sort -n <<<"$times" | awk 'END { print $1 }')
  [ -n "$newest" ] || finish 3 "there are no lists of packages in ${folder}: $fix"
  age=$(awk -v seconds="$(($(date +%s) - newest))" 'BEGIN { printf "%.1f", (seconds > 0 ? seconds : 0) / 86400 }')
  awk -v age="$age" -v most="$ROUNDS_MAX_LIST_AGE_DAYS" 'BEGIN { exit !(age <= most) }' ||
    finish 3 "the lists of packages are $age days old, which says nothing about today: $fix"
}

# Prints "updates security held names" from the lines that apt would install; new packages, which come with an update,
# do not count. The origin names the archive: Debian-Security:12/stable-security, Ubuntu:22.04/jammy-security.
count_apt() {
  awk '
    $1 == "Inst" && $3 ~ /^\[/ {
      updates++
      origin = $0
      sub(/^[^(]*\(/, "", origin)
      if (origin ~ /-[Ss]ecurity[:, ]/) { security++; if (security <= 5) names = names " " $2 }
    }
    / upgraded, .* not upgraded/ { held = $(NF - 2) }
    END { printf "%d %d %d%s", updates, security, held, names }'
}

# Prints the names of packages in the answers of dnf. It lists packages as name-version-release.arch behind an advisory,
# or as name.arch and a version, which may be on a line of its own.
arch='[.](x86_64|noarch|aarch64|i[3-6]86|ppc64le|s390x|armv7hl)$'
names_of_advisories() {
  awk -v arch="$arch" '{
    for (i = 2; i <= NF; i++) {
      if ($i ~ arch && $i ~ /^.+-[^-]+-[^-]+$/) { sub(/-[^-]+-[^-]+$/, "", $i); print $i; break }
    }
  }' | sort -u
}
names_of_updates() {
  awk -v arch="$arch" '/^Obsoleting/ { exit } /^[A-Za-z0-9]/ && $1 ~ arch && NF <= 3 { sub(arch, "", $1); print $1 }' |
    sort -u
}

if command -v apt-get >/dev/null; then
  folder=${ROUNDS_LIST_FOLDER:-/var/lib/apt/lists}
  # The lists carry the dates of the archive; the folder changes when new ones arrive. Not every host has a stamp.
  if [ -e "$folder" ] && ! [ -r "$folder" ]; then
    finish 3 "cannot read the lists of packages in $folder: let the user $EUID read them"
  fi
  releases=("$folder"/*Release)
  [ -e "${releases[0]}" ] || finish 3 "there are no lists of packages in $folder: run apt-get update on the host, daily"
  need_fresh 'run apt-get update on the host, daily' "$folder" "${releases[@]}" \
    "${folder%/*}/periodic/update-success-stamp"
  ask apt-get -s -o Debug::NoLocking=true --with-new-pkgs upgrade
  [ "$code" -eq 0 ] || complain apt-get
  [[ $answer =~ [0-9]+\ upgraded ]] || complain apt-get
  read -r updates security held names <<<"$(count_apt <<<"$answer")"
elif command -v dnf >/dev/null; then
  folder=${ROUNDS_LIST_FOLDER:-/var/cache}
  options=(-q)
  # Amazon Linux 2023 is locked to the release it was started from, in which nothing ever waits.
  [ "$(rpm -E '%{?amzn}' 2>/dev/null)" != 2023 ] || options+=(--releasever=latest)
  ask dnf "${options[@]}" check-update
  case $code in 0 | 100) ;; *) complain dnf ;; esac
  updates=$(names_of_updates <<<"$answer" | awk 'END { print NR }')
  [ "$code" -eq 0 ] || [ "$updates" -gt 0 ] || complain dnf
  # A repository that dnf could not reach and may do without: what waits there is not known.
  [[ $answer != *'Ignoring repositories'* ]] || complain dnf
  ask dnf "${options[@]}" updateinfo list --security --available
  [ "$code" -eq 0 ] || complain dnf
  patches=$(names_of_advisories <<<"$answer")
  security=$(awk 'NF { count++ } END { print count + 0 }' <<<"$patches")
  names=$(awk 'NF && NR <= 5' <<<"$patches") held=0
  ((updates >= security)) || updates=$security
  need_fresh 'see why dnf cannot fetch them (dnf makecache)' "$folder"/*dnf*/*/repodata/repomd.xml
else
  finish 3 'neither apt-get nor dnf is installed: updates can be counted only where one of them is'
fi

text="$security security updates wait, $updates updates in all (lists $age days old)"
[ -z "$names" ] || text+=": ${names//[[:space:]]/, }"
((security <= 5)) || text+=" and $((security - 5)) more"
((held == 0)) || text+="; $held more are held back"
finish 0 "$text" "'security'=$security;;;0 'updates'=$updates;;;0"
