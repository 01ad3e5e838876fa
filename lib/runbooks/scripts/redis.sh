#!/bin/bash
# Checks a Redis server: reachable, able to save, in step with its master; measures how often the cache has the answer.
#
# Settings: ROUNDS_HOST, ROUNDS_PORT  where Redis listens
#           ROUNDS_PASSWORD_FILE      optional: file on the host that holds the password, which no command line shows
#           ROUNDS_MINIMUM_LOOKUPS    a hit rate of fewer lookups says nothing and is not judged
#           ROUNDS_TIMEOUT_SECONDS    most seconds until Redis has answered
#           ROUNDS_STATE              folder in which the counters of the last run are kept
# Metrics:  hit_rate [%]     of the lookups since the last run (the first time: since Redis started). While they are
#                            fewer than the minimum they add up over the runs, and the last rate judged is told again;
#                            U where there is none yet
#           memory_used [%]  of maxmemory, or of all memory of the machine where there is no maxmemory
#           memory [B], evicted (keys since the last run), clients
# CRITICAL when Redis cannot be reached or does not answer, refuses clients, failed to save to disk, or lost its master.
# WARNING while it loads its data. UNKNOWN when it asks for a password, answers something else, or a setting is missing.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"

need_settings ROUNDS_HOST ROUNDS_PORT ROUNDS_MINIMUM_LOOKUPS ROUNDS_TIMEOUT_SECONDS ROUNDS_STATE
[[ $ROUNDS_HOST =~ ^[A-Za-z0-9][A-Za-z0-9._:-]*$ && $ROUNDS_PORT =~ ^[0-9]{1,5}$ ]] ||
  finish 3 "settings ROUNDS_HOST and ROUNDS_PORT are '$ROUNDS_HOST' and '$ROUNDS_PORT', expected a name and a number"
[[ $ROUNDS_MINIMUM_LOOKUPS =~ ^(0|[1-9][0-9]{0,8})$ && $ROUNDS_TIMEOUT_SECONDS =~ ^[1-9][0-9]{0,2}$ ]] ||
  finish 3 "settings ROUNDS_MINIMUM_LOOKUPS and ROUNDS_TIMEOUT_SECONDS are '$ROUNDS_MINIMUM_LOOKUPS' and \
'$ROUNDS_TIMEOUT_SECONDS', expected whole numbers"
need_tools 'Redis is checked with it, install coreutils and awk' awk head mkdir mv timeout

# Some distributions rename it.
for cli in redis-cli redis6-cli valkey-cli ''; do
  command -v "$cli" >/dev/null && break
done
[[ $cli ]] || finish 3 'redis-cli is not installed: Redis is asked with it, install redis-tools (or redis6, valkey)'

redis="redis at $ROUNDS_HOST:$ROUNDS_PORT"
unset REDISCLI_AUTH
if [[ ${ROUNDS_PASSWORD_FILE:-} ]]; then
  password=$(head -c 1000 -- "$ROUNDS_PASSWORD_FILE" 2>/dev/null) ||
    finish 3 "cannot read the password of Redis: $(head -c 1000 -- "$ROUNDS_PASSWORD_FILE" 2>&1 >/dev/null)"
  [[ $password ]] || finish 3 "the file $ROUNDS_PASSWORD_FILE is empty: write the password of Redis into it"
  export REDISCLI_AUTH=$password
fi

set -o pipefail
answer=$(timeout -k 1 "$ROUNDS_TIMEOUT_SECONDS" "$cli" -h "$ROUNDS_HOST" -p "$ROUNDS_PORT" INFO all 2>&1 |
  head -c 262144)
code=$?

declare -A info
while IFS=: read -r name value; do
  [[ ! $name =~ ^[a-z0-9_]+$ ]] || info[$name]=${value%$'\r'}
done <<<"$answer"

if [[ $code != 0 || ! ${info[run_id]:-} =~ ^[0-9a-f]{40}$ ]]; then
  if [[ $code == 124 || $code == 137 ]]; then
    finish 2 "$redis does not answer: nothing within $ROUNDS_TIMEOUT_SECONDS s"
  fi
  case $answer in
    *'Could not connect'*) finish 2 "redis unreachable at $ROUNDS_HOST:$ROUNDS_PORT: ${answer##*: }" ;;
    *'max number of clients reached'*) finish 2 "$redis refuses clients: the greatest number of them is reached" ;;
    *NOAUTH* | *WRONGPASS*)
      [[ ${ROUNDS_PASSWORD_FILE:-} ]] ||
        finish 3 "$redis asks for a password: let ROUNDS_PASSWORD_FILE name a file on the host that holds it"
      finish 3 "$redis refuses the password in $ROUNDS_PASSWORD_FILE: correct the file" ;;
    *NOPERM*) finish 3 "$redis does not let this user run INFO: allow it (ACL SETUSER ... +info)" ;;
  esac
  finish 3 "$redis gave no INFO; is this Redis, without TLS? It answered: ${answer:0:100}"
fi

counter='^(0|[1-9][0-9]{0,17})$'
for name in uptime_in_seconds connected_clients used_memory maxmemory keyspace_hits keyspace_misses evicted_keys; do
  [[ ${info[$name]:-} =~ $counter ]] || finish 3 "$redis does not tell $name: '${info[$name]:-}'; is this Redis?"
done
hits=${info[keyspace_hits]} misses=${info[keyspace_misses]} evicted=${info[evicted_keys]}
uptime=${info[uptime_in_seconds]} memory=${info[used_memory]}
# Redis takes the question for a time to live for a lookup, and clear-expired-cache.py asks it of every entry.
pttl=0
[[ ! ${info[cmdstat_pttl]:-} =~ ^calls=([1-9][0-9]{0,17}), ]] || pttl=${BASH_REMATCH[1]}

# Words for a time in seconds.
span() {
  if (($1 < 120)); then
    printf '%d s' "$1"
  elif (($1 < 7200)); then
    printf '%d min' $(($1 / 60))
  else
    printf '%d h' $(($1 / 3600))
  fi
}

# What the last run left: run id of Redis; uptime, hits, misses and questions for a time to live when a rate was last
# judged; evicted keys; that rate. All but it count from 0 when Redis was started anew or its statistics were reset.
remembered=$ROUNDS_STATE/counters
rate=U last_uptime=0 last_hits=0 last_misses=0 last_pttl=0 last_evicted=0
n='(0|[1-9][0-9]{0,17})'
left=$(head -c 200 -- "$remembered" 2>/dev/null)
if [[ $left =~ ^([0-9a-f]{40})\ $n\ $n\ $n\ $n\ $n\ (U|[0-9]{1,3}\.[0-9])$ ]]; then
  rate=${BASH_REMATCH[7]}
  if [[ ${BASH_REMATCH[1]} == "${info[run_id]}" ]]; then
    last_uptime=${BASH_REMATCH[2]} last_hits=${BASH_REMATCH[3]} last_misses=${BASH_REMATCH[4]}
    last_pttl=${BASH_REMATCH[5]} last_evicted=${BASH_REMATCH[6]}
  fi
  ((last_hits <= hits && last_misses <= misses && last_pttl <= pttl)) || last_hits=0 last_misses=0 last_pttl=0
  ((last_evicted <= evicted)) || last_evicted=0
fi

new_hits=$((hits - last_hits - (pttl - last_pttl)))
((new_hits >= 0)) || new_hits=0
lookups=$((new_hits + misses - last_misses)) period=$(span $((uptime - last_uptime)))
if ((lookups > 0 && lookups >= ROUNDS_MINIMUM_LOOKUPS)); then
  rate=$(awk -v hits=$new_hits -v all=$lookups 'BEGIN { printf "%.1f", 100 * hits / all }')
  rate_words="hit rate $rate% of $lookups lookups in $period"
  last_uptime=$uptime last_hits=$hits last_misses=$misses last_pttl=$pttl
else
  rate_words="hit rate not judged: $lookups lookups in $period are too few"
  [[ $rate == U ]] || rate_words+=", it was $rate%"
fi

limit=${info[maxmemory]} limit_words="maxmemory, ${info[maxmemory_policy]:-}"
if [[ $limit == 0 ]]; then
  limit=${info[total_system_memory]:-} limit_words='all memory, no maxmemory'
  [[ $limit =~ $counter && $limit != 0 ]] || finish 3 "$redis has no maxmemory and does not tell total_system_memory"
fi
used=$(awk -v used="$memory" -v limit="$limit" 'BEGIN { printf "%.1f", 100 * used / limit }')
memory_words=$(awk -v used="$memory" 'BEGIN { printf "%.1f MB", used / 1e6 }')

code=0 problems=''
problem() {
  # UNKNOWN stands above WARNING, CRITICAL above both.
  [[ $code == 2 || ($code == 3 && $1 == 1) ]] || code=$1
  problems+="$2; "
}
[[ ${info[rdb_last_bgsave_status]:-} == ok ]] ||
  problem 2 "the last snapshot to disk failed, ${info[rdb_changes_since_last_save]:-?} changes are not saved"
[[ ${info[aof_last_write_status]:-} == ok ]] || problem 2 'the last write to the append-only file failed'
[[ ${info[role]:-} != slave || ${info[master_link_status]:-} == up ]] ||
  problem 2 "the link to its master ${info[master_host]:-?} is down (${info[master_link_down_since_seconds]:-?} s)"
[[ ${info[loading]:-} == 0 ]] || problem 1 "loading its data, ${info[loading_loaded_perc]:-?}% done"

error=$({
  umask 077 && mkdir -p -- "$ROUNDS_STATE" &&
    printf '%s\n' "${info[run_id]} $last_uptime $last_hits $last_misses $last_pttl $evicted $rate" >"$remembered.new" &&
    mv -f -- "$remembered.new" "$remembered"
} 2>&1) || problem 3 "cannot remember the counters: ${error##*$'\n'}"

evicted=$((evicted - last_evicted)) clients=${info[connected_clients]}
[[ $rate == U ]] || rate+=%
finish "$code" "$redis: $problems$rate_words; memory $memory_words, $used% of $limit_words; $evicted keys evicted; \
$clients clients" "'hit_rate'=$rate;;;0;100 'memory_used'=$used%;;;0 'memory'=${memory}B;;;0 'evicted'=$evicted;;;0 \
'clients'=$clients;;;0"
