#!/bin/bash
# What the shell scripts of the runbooks share: settings in, one line of the plugin API out. Each begins with
#   # shellcheck source-path=SCRIPTDIR source=plugin.sh
#   . "${0%/*}/plugin.sh"
export LC_ALL=C

# finish CODE TEXT [DATA]: ends with an exit code, a text and performance data. The text quotes others, so whatever could
# pass for performance data or for a second line is replaced, and it stays short enough for a text message.
finish() {
  local text=${2//$'\n'/ }
  text=${text//[^ -\{\}~]/?}
  ((${#text} <= 300)) || text="${text:0:297}..."
  printf '%s%s\n' "$text" "${3:+ | $3}"
  exit "$1"
}

# need_settings NAME...: the variables of settings that have to hold something.
need_settings() {
  local name
  for name; do
    [[ ${!name:-} =~ [^[:space:]] ]] || finish 3 "setting $name is missing: give it to this check in the runbook"
  done
}

# need_tools WHY TOOL...: what has to be installed, and what it is needed for.
need_tools() {
  local why=$1 tool
  shift
  for tool; do
    command -v "$tool" >/dev/null || finish 3 "$tool is not installed: $why"
  done
}
