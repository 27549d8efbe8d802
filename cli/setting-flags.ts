import { type Command, InvalidArgumentError, Option } from 'commander';
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
    new Map(chosen.map((setting) => [setting.flag, givenBy(optionOf(setting), flags)])),
  );
}

/** To commander --no-x is the contrary of --x: true where nothing was said, false where it was. */
function givenBy(option: Option, flags: Readonly<Record<string, unknown>>): unknown {
  const value = flags[option.attributeName()];
  if (option.negate) return value === false ? true : undefined;
  return value;
}

/** What the value of a setting's flag is, in the words of the frame. */
export function kindOf({ kind, unit }: Pick<Setting, 'kind' | 'unit'>): string {
  return kind === 'number' && unit !== '1' ? `quantity in ${unit}` : kind;
}

const headings: Readonly<Record<string, string>> = {
  network: 'Network and board:',
  cells: 'Cells:',
  readout: 'Read-out of nodes:',
  training: 'Training:',
  settle: 'Settling:',
};

function headingOf({ path }: Setting): string {
  return headings[path[0]] ?? 'Data and simulation:';
}

function optionOf({ flag, help, kind, unit }: Setting): Option {
  const option = new Option(flag, help);
  if (option.isBoolean() || option.negate) return option;
  const read = settingReaders[kind](unit);
  return option.argParser((text: string, before: unknown) => {
    if (before !== undefined) throw new InvalidArgumentError(`${option.long} is given twice.`);
    return read(text);
  });
}

const asIs = () => (text: string) => text;
const numberOrText = () => (text: string) =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

/** How the text of a flag is read, by the kind of its setting. */
const settingReaders: Readonly<Record<Setting['kind'], (unit: string) => (text: string) => unknown>> = {
  switch: asIs,
  text: asIs,
  path: asIs,
  number: quantity,
  'whole number': () => whole,
  'whole numbers': () => sizes,
  'LOW,HIGH in S or a ratio': numberOrText,
  'number or text': numberOrText,
};
