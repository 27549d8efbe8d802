import type { CommandDefinition } from './definition.js';
import { optionFields } from './options-of.js';

/** The line with old flags replaced by what they are called now, and what there is to say of it: `--csv is now --out`. */
export function replaceFormerFlags(
  definition: CommandDefinition,
  line: readonly string[],
): { line: string[]; renamed: string[] } {
  const formerFlags: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      (definition.settings ?? []).flatMap(({ flag, formerFlag }) =>
        formerFlag === undefined ? [] : [[formerFlag, longName(flag)] as const],
      ),
    ),
    ...definition.formerFlags,
  };
  const fields = optionFields(definition);
  const going = new Map(
    fields.flatMap(({ flag, former }) =>
      flag === undefined || former === undefined ? [] : [[longName(flag), former] as const],
    ),
  );
  const renamed = new Set<string>();
  const end = line.indexOf('--');
  const valuesOf = (flag: string | undefined) =>
    fields.find((field) => field.flag !== undefined && longName(field.flag) === flag)?.formerValues ?? {};
  const replaced = line.map((word, at) => {
    if (end >= 0 && at > end) return word;
    const values = valuesOf(line[at - 1]);
    if (Object.hasOwn(values, word)) {
      renamed.add(`${line[at - 1]} ${word} is now ${line[at - 1]} ${values[word]}`);
      return values[word];
    }
    const [name, ...value] = word.split('=');
    if (going.has(name)) renamed.add(`${name} is now ${going.get(name)}`);
    if (!Object.hasOwn(formerFlags, name)) return word;
    renamed.add(`${name} is now ${formerFlags[name]}`);
    return [formerFlags[name], ...value].join('=');
  });
  return { line: replaced, renamed: [...renamed] };
}

/** `--out` of `-o, --out <file>`. */
export function longName(flag: string): string {
  return /--[\w-]+/.exec(flag)?.[0] ?? flag;
}
