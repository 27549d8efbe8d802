import { z } from 'zod';
import { pulsePresets } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { presets } from '../../experiments/schema/index.js';
import { dataSources } from '../../learning/index.js';
import type { CommandEntry } from '../command-entry.js';
import { type CommandDefinition, longName, optionFields } from '../frame/index.js';

/** What may stand somewhere: words, and files or runs, which a shell looks up itself. */
export interface Proposal {
  readonly words: readonly string[];
  readonly files?: true;
  readonly runs?: true;
}

/** What may follow the words of a command: `crossbar solve`; the program itself is ''. */
export interface Place {
  readonly path: string;
  readonly commands: readonly string[];
  readonly flags: readonly string[];
  /** By flag, of those that take a value. */
  readonly values: Readonly<Record<string, Proposal>>;
  /** What stands without a flag. */
  readonly positional: Proposal;
}

/** Every place of a program, outer ones first; old names are left out. */
export async function placesOf(
  entries: readonly CommandEntry[],
  above: readonly string[] = [],
): Promise<Place[]> {
  const shown = entries.filter(({ renamedTo }) => renamedTo === undefined);
  const here: Place = {
    path: above.join(' '),
    commands: shown.map(({ name }) => name),
    flags: ['--help'],
    values: {},
    positional: none,
  };
  const below: Place[] = [];
  for (const { name, load, commands = [] } of shown) {
    const path = [...above, name];
    const own = load === undefined ? undefined : await placeOf(path.join(' '), await load());
    const inner = await placesOf(commands, path);
    if (own === undefined) below.push(...inner);
    else below.push({ ...own, commands: commands.map((one) => one.name) }, ...inner.slice(1));
  }
  return [here, ...below];
}

const none: Proposal = { words: [] };

async function placeOf(path: string, definition: CommandDefinition): Promise<Place> {
  const fields = optionFields(definition).filter(({ former }) => former === undefined);
  const settings = definition.settings ?? [];
  const flags: string[] = [];
  const values: Record<string, Proposal> = {};
  const positional: Proposal[] = [];
  for (const { key, flag, argument, kind } of fields) {
    const choices = choicesOf(definition, key);
    if (flag === undefined) {
      positional.push(kindOfArgument(argument ?? '', kind, choices));
      continue;
    }
    flags.push(longName(flag));
    if (kind !== 'switch') values[longName(flag)] = kindOfValue(longName(flag), kind, choices);
  }
  for (const { flag, kind, choices = [] } of settings) {
    const name = longName(flag);
    flags.push(name);
    if (kind !== 'switch') values[name] = kindOfValue(name, kind, choices);
  }
  // Without arguments of its own a command takes a file in place of flags.
  if (positional.length === 0) positional.push({ words: [], files: true });
  return {
    path,
    commands: [],
    flags: [...new Set([...flags, '--help'])].sort(),
    values,
    positional: {
      words: positional.flatMap(({ words }) => words),
      ...(positional.some(({ files }) => files) ? { files: true } : {}),
      ...(positional.some(({ runs }) => runs) ? { runs: true } : {}),
    },
  };
}

function choicesOf({ options }: CommandDefinition, key: string): readonly string[] {
  let schema: z.ZodType | undefined = options.shape[key] as z.ZodType | undefined;
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    schema = schema.unwrap() as z.ZodType;
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

function kindOfValue(flag: string, kind: string, choices: readonly string[]): Proposal {
  if (choices.length > 0) return { words: choices };
  switch (flag) {
    case '--preset':
      return { words: Object.keys(presets) };
    case '--cells':
    case '--like':
      return { words: pulsePresets.map(({ name }) => name), files: true };
    case '--data':
    case '--test-data':
      return { words: dataWords(), files: true };
    case '--from':
      return { words: ['last'], runs: true, files: true };
    default:
      return kind === 'path' ? { words: [], files: true } : none;
  }
}

function dataWords(): string[] {
  return dataSources.names.flatMap((name) => {
    const source = dataSources.get(name);
    return [...(source?.plain ? [name] : []), ...(source?.from ? [`${name}:`] : [])];
  });
}

function kindOfArgument(argument: string, kind: string, choices: readonly string[]): Proposal {
  if (choices.length > 0) return { words: choices };
  const name = argument.replace(/[^a-z]/g, '');
  if (['run', 'first', 'second', 'study', 'network'].includes(name)) return { words: ['last'], runs: true };
  if (name === 'cell' || name === 'model') {
    return { words: [...pulsePresets, ...physicalPresets].map((one) => one.name), files: true };
  }
  return kind === 'path' || /^(file|folder|path|pack)/.test(name) ? { words: [], files: true } : none;
}
