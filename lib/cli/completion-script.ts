import { type CompletionWords, places, platformPlaces, type Shell } from './completion-words.ts';

/**
 * What a shell runs at the TAB key: all words stand in it, so that nothing of ours has to be started. Bash 3.2 can read
 * it, and zsh, which takes it for bash.
 */
export function completionScript(shell: Shell, words: CompletionWords): string {
  const head = `# Completes the commands of rounds in ${shell}. Made by: rounds completion ${shell}`;
  const zsh = [
    '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }',
    'autoload -U +X bashcompinit && bashcompinit',
  ];
  return [head, ...(shell === 'zsh' ? zsh : []), '', wordsFunction(words), '', completeFunction(words), ''].join('\n');
}

function wordsFunction({ commands, words, names }: CompletionWords): string {
  const known = Object.entries(words).map(([kind, list]) => branch(`${kind}:*`, list));
  const ofPlatforms = Object.entries(names).flatMap(([platform, kinds]) =>
    Object.entries(kinds).map(([kind, list]) => branch(`${kind}:${platform}`, list)),
  );
  const kinds = Object.keys(Object.values(names)[0] ?? {});
  const ofAny = kinds.map((kind) => {
    const all = Object.values(names).flatMap((each) =>
      Object.entries(each).flatMap(([own, list]) => (own === kind ? list : [])),
    );
    return branch(`${kind}:*`, [...new Set(all)]);
  });
  const options = commands.map(({ name, options }) =>
    branch(
      `options:${name}`,
      options.flatMap((each) => each.names),
    ),
  );
  return ['_rounds_words() {', '  case $1:$2 in', ...known, ...ofPlatforms, ...ofAny, ...options, '  esac', '}'].join(
    '\n',
  );
}

function branch(pattern: string, words: readonly string[]): string {
  return `    ${pattern}) echo '${words.join(' ')}' ;;`;
}

function completeFunction({ commands }: CompletionWords): string {
  const withValue = commands.flatMap(({ name, options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names.map((option) => `${name} ${option}`)),
  );
  const kinds = Object.entries(places).map(([kind, where]) => `    ${where.map(pattern).join(' | ')}) kind=${kind} ;;`);
  return `_rounds() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command='' option='' platform='' kind='' operand=1 i word
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = '=' ]; then
      continue
    elif [ -n "$option" ]; then
      case $option in
        --platform) platform=$word ;;
        --stack) platform=\${word#Rounds-} ;;
      esac
      option=''
    elif [ "$word" = -- ]; then
      return
    elif [ -z "$command" ]; then
      case $word in -*) ;; *) command=$word ;; esac
    else
      case "$command $word" in
        ${withValue.map(pattern).join(' | ')}) option=$word ;;
        *' '-*) ;;
        *)
          case "$command $operand" in ${platformPlaces.map(pattern).join(' | ')}) platform=$word ;; esac
          operand=$((operand + 1))
          ;;
      esac
    fi
  done
  if [ "$cur" = '=' ]; then cur=''; fi
  case "$command \${option:-$operand}" in
${kinds.join('\n')}
  esac
  if [ -z "$command" ]; then
    kind=commands
  elif [ -z "$option" ] && [ "\${cur#-}" != "$cur" ]; then
    kind=options platform=$command
  fi
  for word in $(_rounds_words "$kind" "$platform"); do
    case $word in "$cur"*) COMPREPLY+=("$word") ;; esac
  done
}
complete -o default -F _rounds rounds`;
}

/** A place as a shell's pattern: the blank has to be quoted, what stands for others must not be. */
function pattern(place: string): string {
  const parts = place.split(/([*#])/).filter((part) => part !== '');
  return parts.map((part) => ({ '*': '*', '#': '[1-9]*' })[part] ?? `'${part}'`).join('');
}
