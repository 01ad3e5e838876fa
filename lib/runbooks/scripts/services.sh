#!/bin/bash
# Checks that systemd services are active.
#
# Settings: ROUNDS_SERVICES  names of the services, separated by spaces
# Metrics:  running, failed  how many are active, and how many are not
# OK when every service is active; CRITICAL when one is not; UNKNOWN when systemd cannot be asked about one.
# shellcheck source-path=SCRIPTDIR source=plugin.sh
. "${0%/*}/plugin.sh"
set -f # The names are split at spaces but never expanded as patterns.

need_settings ROUNDS_SERVICES
need_tools 'services can be checked only on a host that systemd runs' systemctl

properties=LoadState,ActiveState,SubState,Result,StateChangeTimestamp
total=0 running=0 failed=0 good='' bad='' unjudged=''
for service in $ROUNDS_SERVICES; do
  total=$((total + 1))
  if ! answer=$(systemctl show --property="$properties" -- "$service" 2>&1); then
    unjudged+="; $service: ${answer%%$'\n'*}"
    continue
  fi
  load='' active='' sub='' result='' since=''
  while IFS='=' read -r key value; do
    case $key in
      LoadState) load=$value ;;
      ActiveState) active=$value ;;
      SubState) sub=$value ;;
      Result) result=$value ;;
      StateChangeTimestamp) since=$value ;;
    esac
  done < <(printf '%s\n' "$answer")
  [ "$since" = n/a ] && since='' # systemd's word for "never since the host started".
  case $active in
    active | reloading) # A service that reloads its configuration goes on serving.
      running=$((running + 1))
      good+="; $service $sub${since:+ since $since}"
      ;;
    '') unjudged+="; $service: systemctl told no ActiveState" ;;
    *)
      failed=$((failed + 1))
      [ "$result" = success ] && result=''
      state="is $active${since:+ since $since} ($sub${result:+, $result})"
      [ "$load" = not-found ] && state='is not installed: systemd knows no such unit'
      bad+="; $service $state"
      ;;
  esac
done

metrics="'running'=$running;;;0;$total 'failed'=$failed;;;0;$total"
[ -z "$unjudged" ] || unjudged="; could not ask systemd about ${unjudged#; }"
[ -z "$bad" ] || finish 2 "$failed of $total services not active: ${bad#; }$unjudged" "$metrics"
[ -z "$unjudged" ] || finish 3 "${unjudged#; }"
finish 0 "$running of $total services active: ${good#; }" "$metrics"
