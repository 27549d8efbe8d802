import type { Place, Proposal } from './grammar.js';

/** The shells that a script is written for. */
export const shells = ['bash', 'zsh'] as const;

/** A shell's words of a proposal: FILES and RUNS are looked up at the key. */
function proposalText({ words, files, runs }: Proposal): string {
  return [...words, ...(runs ? ['RUNS'] : []), ...(files ? ['FILES'] : [])].join(' ');
}

/**
 * What a shell sources to complete `ohmprop`. Both run the same functions: zsh by its emulation of bash's completion.
 * Words with spaces or quotes are left out: none of ours have any.
 */
export function completionScript(shell: (typeof shells)[number], places: readonly Place[]): string {
  const cases = (text: (place: Place) => string) =>
    places
      .flatMap((place) => {
        const said = text(place);
        return said === '' ? [] : [`    '${place.path}') echo '${plain(said)}' ;;`];
      })
      .join('\n');
  const values = places
    .flatMap(({ path, values: own }) =>
      Object.entries(own).map(
        ([flag, proposal]) =>
          `    '${path} ${flag}') echo '${plain(proposalText(proposal)) || 'NOTHING'}' ;;`,
      ),
    )
    .join('\n');
  return `# Completion of ohmprop for ${shell}, written by: ohmprop completion ${shell}
_ohmprop_commands() {
  case "$1" in
${cases(({ commands }) => commands.join(' '))}
  esac
}
_ohmprop_flags() {
  case "$1" in
${cases(({ flags }) => flags.join(' '))}
  esac
}
_ohmprop_positional() {
  case "$1" in
${cases(({ positional }) => proposalText(positional))}
  esac
}
_ohmprop_values() {
  case "$1 $2" in
${values}
  esac
}
_ohmprop_propose() {
  local word entry
  for word in $1; do
    case "$word" in
      NOTHING) ;;
      FILES)
        for entry in "$2"*; do
          if [ -e "$entry" ]; then COMPREPLY+=("$entry"); fi
        done ;;
      RUNS)
        for entry in runs/*/; do
          if [ -e "\${entry}config.yaml" ] || [ -e "\${entry}study.yaml" ]; then
            entry="\${entry#runs/}"
            entry="\${entry%/}"
            case "$entry" in "$2"*) COMPREPLY+=("$entry") ;; esac
          fi
        done ;;
      "$2"*) COMPREPLY+=("$word") ;;
    esac
  done
}
_ohmprop() {
  ${shell === 'zsh' ? 'emulate -L ksh; setopt nullglob' : ':'}
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word values i=1
  COMPREPLY=()
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[i]}"
    # after it stands the command that a study varies
    if [ "$word" = '--' ]; then path=''; fi
    case " $(_ohmprop_commands "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac
    i=$((i + 1))
  done
  values="$(_ohmprop_values "$path" "$prev")"
  if [ -n "$values" ]; then
    _ohmprop_propose "$values" "$cur"
    return 0
  fi
  case "$cur" in
    -*) _ohmprop_propose "$(_ohmprop_flags "$path")" "$cur" ;;
    *) _ohmprop_propose "$(_ohmprop_commands "$path") $(_ohmprop_positional "$path")" "$cur" ;;
  esac
  return 0
}
${shell === 'zsh' ? 'autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\ncomplete -F _ohmprop ohmprop' : 'complete -o filenames -F _ohmprop ohmprop'}
`;
}

function plain(words: string): string {
  return words
    .split(' ')
    .filter((word) => /^[\w@%+=:,./-]+$/.test(word))
    .join(' ');
}
