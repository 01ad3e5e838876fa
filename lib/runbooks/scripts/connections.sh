#!/bin/bash
# Counts the network connections (TCP) by state, names the ports that have most, and checks that some are listened on.
#
# Settings: ROUNDS_PROC_PATH  where procfs is mounted: /proc
#           ROUNDS_LISTENING  ports that somebody has to listen on, separated by spaces; may be left out
# Metrics:  established, time_wait, close_wait  connections in that state; many in close_wait are a program that forgot
#                                               to close them
#           listening                           ports that are listened on
# OK when counted; CRITICAL when nobody listens on a port that is named; UNKNOWN when procfs cannot be read.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
set -f # The ports are split at spaces but never expanded as patterns.

need_settings ROUNDS_PROC_PATH
need_tools 'connections are counted with it, install awk and coreutils' awk head

wanted=''
for port in ${ROUNDS_LISTENING:-}; do
  if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)); then
    finish 3 "setting ROUNDS_LISTENING holds '$port', expected ports from 1 to 65535, separated by spaces"
  fi
  wanted+=" $port"
done

tables=("$ROUNDS_PROC_PATH/net/tcp")
# A host without IPv6 has no table of it.
[ ! -e "$ROUNDS_PROC_PATH/net/tcp6" ] || tables+=("$ROUNDS_PROC_PATH/net/tcp6")
for table in "${tables[@]}"; do
  heading=$(head -n 1 -- "$table" 2>&1) || finish 3 "cannot read the connections: $heading"
  [[ $heading == *local_address*rem*_address*st* ]] ||
    finish 3 "cannot judge the connections: $table has an unknown form: $heading"
done

# A line is "slot: local:port remote:port state ...", in hexadecimal. A connection to a port that is listened on here is
# one of that service; any other was made from here, to the service at its far end.
counted=$(awk -v wanted="$wanted" '
  function decimal(address,   hex, i, value) {
    hex = toupper(address)
    sub(/^.*:/, "", hex)
    for (i = 1; i <= length(hex); i++) value = value * 16 + index("123456789ABCDEF", substr(hex, i, 1))
    return value
  }
  function ahead(one, other) {
    return services[one] > services[other] || (services[one] == services[other] && one < other)
  }
  FNR == 1 { next }
  NF < 4 || $2 !~ /^[0-9A-Fa-f]+:[0-9A-Fa-f]+$/ || $4 !~ /^[0-9A-Fa-f][0-9A-Fa-f]$/ { odd++; next }
  {
    state = toupper($4)
    if (state == "0A") { port = decimal($2); listening += !(port in listens); listens[port] = 1; next }
    states[state]++
    total++
    ends[total] = decimal($2) " " decimal($3)
  }
  END {
    for (i = 1; i <= total; i++) {
      split(ends[i], end, " ")
      service = (end[1] in listens) ? "port " end[1] : "port " end[2] " elsewhere"
      services[service]++
    }
    printf "%d %d %d %d %d|", states["01"], states["06"], states["08"], listening, odd
    count = split(wanted, ports, " ")
    for (i = 1; i <= count; i++) if (!(ports[i] in listens)) printf "%s%s", (gone++ ? ", " : ""), ports[i]
    printf "|"
    for (rank = 1; rank <= 3; rank++) {
      best = ""
      for (name in services) if (best == "" || ahead(name, best)) best = name
      if (best == "") break
      printf "%s%s: %d", (rank > 1 ? ", " : ""), best, services[best]
      delete services[best]
    }
  }' "${tables[@]}" 2>&1) || finish 3 "cannot count the connections: $counted"

IFS='|' read -r numbers gone busiest <<<"$counted"
read -r established time_wait close_wait listening odd <<<"$numbers"
((odd == 0)) || finish 3 "cannot judge the connections: $odd lines of $ROUNDS_PROC_PATH/net/tcp* have an unknown form"

text="$established connections established, $time_wait in time_wait, $close_wait in close_wait; $listening ports"
text+=" listened on"
[ -z "$busiest" ] || text+="; most connections: $busiest"
metrics="'established'=$established;;;0 'time_wait'=$time_wait;;;0 'close_wait'=$close_wait;;;0"
metrics+=" 'listening'=$listening;;;0"
[ -z "$gone" ] || finish 2 "nobody listens on port $gone; $text" "$metrics"
finish 0 "$text${wanted:+; listened on as expected:$wanted}" "$metrics"
