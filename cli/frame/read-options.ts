import type { z } from 'zod';
import { inputError, nearestWord, quoted } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import type { Setting, Tree } from '../../experiments/schema/index.js';
import type { CommandDefinition } from './definition.js';
import { longName } from './former-names.js';
import { type OptionField, optionFields, schemaOf, unwrapped } from './options-of.js';
import { typedAlone } from './shared.js';

/** What was asked for. */
export interface OptionsRead {
  readonly options: Record<string, unknown>;
  /** Settings that the file holds. */
  readonly settings: Tree;
  /** Of a command that takes a configuration: the file, and the keys of it that are none of its configuration. */
  readonly file?: { readonly path: string; readonly taken: readonly string[] };
}

/**
 * Options from what was typed and from the YAML file, the typed before the written.
 * @param typed by key of the schema; text, true, or a list of texts
 * @param command as typed, for a file that is another command's
 * @throws `usage`, `config.unreadable`, `config.syntax` (exit code 2)
 */
export async function readOptions(
  definition: CommandDefinition,
  typed: Readonly<Record<string, unknown>>,
  command: string,
): Promise<OptionsRead> {
  const path = typed.config as string | undefined;
  const written = path === undefined ? {} : await readCommandFile(path, command);
  return optionsFrom(definition, { typed, written, ...(path === undefined ? {} : { path }) }, command);
}

/** What was typed, and what a file holds: its keys, and where it lies. */
export interface Given {
  readonly typed: Readonly<Record<string, unknown>>;
  readonly written: Tree;
  readonly path?: string;
}

/**
 * Options from what was typed and what stands in a file that has been read.
 * @throws `usage`, `config.unknown-key`, and what the command's `check` says (exit code 2)
 */
export function optionsFrom(
  definition: CommandDefinition,
  { typed, written, path }: Given,
  command: string,
): OptionsRead {
  const fields = optionFields(definition);
  const fromFile: Tree = {};
  const taken = [...labels];
  const settings: Tree = {};
  for (const [key, value] of Object.entries(written)) {
    const field = fields.find(
      (f) => f.key === key || (f.flag !== undefined && longName(f.flag) === `--${key}`),
    );
    if (field !== undefined && typedAlone.includes(field.key)) {
      throw inputError(
        'config.use',
        `${path ?? command}: ${quoted(key)}: a file names no code to run, as it may have come from somebody else; type ${longName(field.flag as string)}`,
      );
    }
    if (field !== undefined) {
      fromFile[field.key] = value;
      taken.push(key);
    } else if (settingByFlag(definition, key) !== undefined) {
      throw flagAsKey(path ?? command, key, settingByFlag(definition, key) as Setting);
    } else if (definition.takesConfiguration === true) {
      // Read, and checked, with the rest of the configuration.
    } else if (definition.settings?.some(({ path: [first] }) => first === key)) settings[key] = value;
    else throw unknownKey(path ?? command, key, fields, command);
  }
  const given: Tree = { ...fromFile, ...typed };
  const parsed = schemaOf(definition).safeParse(given);
  if (!parsed.success) {
    const said = parsed.error.issues.map((issue) => sentence(issue, fields, definition, typed, given, path));
    throw inputError('usage', said.join('\n  '));
  }
  const options = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  definition.check?.(options);
  return {
    options,
    settings,
    ...(path === undefined || definition.takesConfiguration !== true ? {} : { file: { path, taken } }),
  };
}

/** Keys that say what a file is rather than what is asked for. */
const labels = ['$schema', 'kind', 'format', 'command'];

/** A YAML or JSON file with the options of a command. */
export async function readCommandFile(path: string, command: string): Promise<Tree> {
  const bytes = await readRegularFile(path, { most_bytes: 4 * MAX_YAML_CHARACTERS }).catch((cause: Error) => {
    throw inputError('config.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), path, 'config.syntax');
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw inputError('config.syntax', `${path}: needs a mapping of keys to values`);
  }
  const { command: meant } = tree as Tree;
  if (meant !== undefined && meant !== command) {
    throw inputError(
      'config.command',
      `${path}: it is for ohmprop ${quoted(String(meant))}, not for ohmprop ${command}`,
    );
  }
  return Object.fromEntries(Object.entries(tree).filter(([key]) => !labels.includes(key)));
}

/** The setting that a key means which is its flag, and no key of a configuration. */
function settingByFlag({ settings = [] }: CommandDefinition, key: string): Setting | undefined {
  if (settings.some(({ path: [first] }) => first === key)) return undefined;
  return settings.find(({ flag }) => longName(flag) === `--${key}`);
}

function flagAsKey(file: string, key: string, { path }: Setting): Error {
  const [last, ...above] = [...path].reverse();
  const nested = above.reduce((inner, part) => `${part}: { ${inner} }`, `${last}: …`);
  return inputError(
    'config.unknown-key',
    `${file}: ${quoted(key)}: a file has settings by their paths, as --set does; write ${nested}`,
  );
}

function unknownKey(path: string, key: string, fields: readonly OptionField[], command: string): Error {
  const known = fields.filter(({ former }) => former === undefined).map(({ key }) => key);
  const near = nearestWord(key, known);
  const advice = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${quoted(near)}?`;
  return inputError(
    'config.unknown-key',
    `${path}: ${quoted(key)} is no option of ohmprop ${command}; ${advice}`,
  );
}

/** What is wrong with an option: by its flag where it was typed, by its key where a file has it. */
function sentence(
  issue: z.core.$ZodIssue,
  fields: readonly OptionField[],
  definition: CommandDefinition,
  typed: Readonly<Record<string, unknown>>,
  given: Tree,
  path: string | undefined,
): string {
  const [key] = issue.path.map(String);
  const field = fields.find((f) => f.key === key);
  if (field === undefined) return issue.message;
  const name =
    field.flag === undefined
      ? (field.argument ?? '').replace(/[<>[\].]/g, '').toUpperCase()
      : longName(field.flag);
  const where = key in typed || path === undefined ? name : `${path}: ${key}`;
  const value = given[key];
  if (value === undefined) return `${name} is needed: ${field.description}`;
  const schema = unwrapped(definition.options.shape[key] as z.ZodType) as { options?: readonly string[] };
  if (issue.code === 'invalid_value') {
    const choices = schema.options ?? issue.values.map(String);
    const near = typeof value === 'string' ? nearestWord(value, choices) : undefined;
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return `${where}: needs one of ${choices.join(', ')}, got ${quoted(String(value))}${meant}`;
  }
  const got =
    issue.code === 'custom'
      ? ''
      : `, got ${quoted(typeof value === 'string' ? value : JSON.stringify(value))}`;
  return `${where}: ${plain(issue, field)}${got}`;
}

/** The library's sentences in this program's words. */
function plain(issue: z.core.$ZodIssue, { kind, unit }: OptionField): string {
  const with_ = unit === undefined || unit === '1' ? '' : ` ${unit}`;
  if (!/^(Invalid|Too|Unrecognized)/.test(issue.message)) return issue.message;
  if (issue.code === 'too_small' && issue.origin !== 'array') {
    return issue.inclusive
      ? `needs ${issue.minimum}${with_} or more`
      : `needs more than ${issue.minimum}${with_}`;
  }
  if (issue.code === 'too_big' && issue.origin !== 'array') {
    return issue.inclusive
      ? `needs ${issue.maximum}${with_} or less`
      : `needs less than ${issue.maximum}${with_}`;
  }
  return `needs ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
