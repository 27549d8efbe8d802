import { type Command, Option } from 'commander';
import {
  runConfigSchema,
  type Setting,
  settingsOf,
  type Tree,
  treeOfFlags,
} from '../experiments/schema/index.js';
import { quantity, sizes, whole } from './flags.js';

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

/** Gives a command the flags of settings, as the schema has them. */
export function addSettings(command: Command, chosen: readonly Setting[] = settings): Command {
  for (const setting of chosen) command.addOption(optionOf(setting));
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

function optionOf({ flag, help, kind, unit }: Setting): Option {
  const option = new Option(flag, help);
  const read = readers[kind];
  return read === undefined ? option : option.argParser(read(unit));
}

const readers: Readonly<Record<Setting['kind'], ((unit: string) => (text: string) => unknown) | undefined>> =
  {
    switch: undefined,
    text: undefined,
    number: quantity,
    'whole number': () => whole,
    'whole numbers': () => sizes,
    'number or text': () => (text) =>
      text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text),
  };
