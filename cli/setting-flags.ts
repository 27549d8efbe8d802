import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { inputError, quoted } from '../core/index.js';
import {
  runConfigSchema,
  type Setting,
  settingsOf,
  type Tree,
  treeOfFlags,
} from '../experiments/schema/index.js';
import { quantity, sizes, whole } from './flags.js';
import { readBy } from './frame/index.js';

/** Every setting of a configuration that has a flag. */
export const settings: readonly Setting[] = settingsOf(runConfigSchema);

/** Settings by their flags: `settingsNamed('--epochs', '--threads')`. */
export function settingsNamed(...names: readonly string[]): Setting[] {
  return names.map((name) => {
    const found = settings.find(({ flag }) => flag.split(' ')[0] === name);
    if (found === undefined) throw new Error(`no setting has the flag ${name}`);
    return found;
  });
}

/** Gives a command the flags of settings, as the schema has them, under a heading for each part of a configuration. */
export function addSettings(command: Command, chosen: readonly Setting[] = settings): Command {
  for (const setting of chosen) command.addOption(optionOf(setting).helpGroup(headingOf(setting)));
  return command;
}

/** What the flags of settings say, as a part of a configuration. @param flags as commander read them */
export function settingsTree(
  flags: Readonly<Record<string, unknown>>,
  chosen: readonly Setting[] = settings,
): Tree {
  return treeOfFlags(
    chosen,
    new Map(chosen.map((setting) => [setting.flag, flags[optionOf(setting).attributeName()]])),
  );
}

/**
 * Single settings as options of a command that takes no whole configuration, each by the last word of its path: ranges are
 * the configuration's to check.
 */
export function settingOptions<const N extends string>(
  ...names: readonly N[]
): Record<string, z.ZodType<unknown>> {
  return Object.fromEntries(
    settingsNamed(...names).map(({ path, flag, help, kind, unit }) => [
      path[path.length - 1],
      readBy(kindOf({ kind, unit }), readerOf({ kind, unit }), z.unknown()).meta({
        flag,
        description: help,
        ...(unit === '1' ? {} : { unit }),
      }),
    ]),
  );
}

/** A reader that throws what the frame takes for a wrong value. */
function readerOf({ kind, unit }: Pick<Setting, 'kind' | 'unit'>): (text: string) => unknown {
  const read = readers[kind](unit);
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw inputError('usage', `${error.message.replace(/\.$/, '')}, got ${quoted(text)}`);
    }
  };
}

/** The part of a configuration that `settingOptions` say. */
export function treeOfSettings(
  options: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): Tree {
  const chosen = settingsNamed(...names);
  return treeOfFlags(chosen, new Map(chosen.map(({ flag, path }) => [flag, options[path[path.length - 1]]])));
}

/** What the value of a setting's flag is, in the words of the frame. */
export function kindOf({ kind, unit }: Pick<Setting, 'kind' | 'unit'>): string {
  return kind === 'number' && unit !== '1' ? `quantity in ${unit}` : kind;
}

const headings: Readonly<Record<string, string>> = {
  network: 'Network and board:',
  cells: 'Cells:',
  training: 'Training:',
  settle: 'Settling:',
};

function headingOf({ path }: Setting): string {
  return headings[path[0]] ?? 'Data and simulation:';
}

function optionOf({ flag, help, kind, unit }: Setting): Option {
  const option = new Option(flag, help);
  return option.isBoolean() ? option : option.argParser(readers[kind](unit));
}

const asIs = () => (text: string) => text;

const readers: Readonly<Record<Setting['kind'], (unit: string) => (text: string) => unknown>> = {
  switch: asIs,
  text: asIs,
  number: quantity,
  'whole number': () => whole,
  'whole numbers': () => sizes,
  'number or text': () => (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)),
};
