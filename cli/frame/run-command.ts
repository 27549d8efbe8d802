import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { inputError, OhmpropError, quoted } from '../../core/index.js';
import { mergeTrees, type Tree } from '../../experiments/schema/index.js';
import { type Io, printJson, printLine } from '../io.js';
import { addSettings, settingsTree } from '../setting-flags.js';
import type { Answer, CommandDefinition } from './definition.js';
import { longName } from './former-names.js';
import { commandJsonSchema } from './json-schema.js';
import { type OptionField, optionFields } from './options-of.js';
import { readOptions } from './read-options.js';
import { startRecording } from './record-line.js';
import { millimetres } from './shared.js';
import { readWanted, writeWanted } from './write-outputs.js';

/**
 * Gives a command of commander what a definition says: flags, help, and an action that reads, answers, writes and prints.
 * @param name as typed after `ohmprop`: `crossbar solve`
 * @param line everything typed, for captions
 */
export function addDefinition(
  command: Command,
  definition: CommandDefinition,
  name: string,
  line: readonly string[],
  io: Io,
): void {
  const read = declareFlags(command, definition);
  command.addHelpText('after', helpAfter(definition));
  command.action(async (...called: unknown[]) => {
    await run(definition, { ...read(called), io, name, line });
  });
}

/** What was typed: options by key as text, settings as a part of a configuration. */
export interface Typed {
  readonly typed: Readonly<Record<string, unknown>>;
  readonly settings: Tree;
}

/**
 * Gives a command of commander the flags of a definition.
 * @returns what was typed, of what commander calls an action with
 */
export function declareFlags(
  command: Command,
  definition: CommandDefinition,
): (called: readonly unknown[]) => Typed {
  const fields = optionFields(definition);
  const positional = fields.filter(({ argument }) => argument !== undefined);
  const takesFile = positional.length === 0;
  // That one is missing is said by the frame, which also reads the YAML file.
  for (const { argument, help } of positional)
    command.addArgument(new Argument(`[${bareName(argument)}]`, help));
  if (takesFile) command.addArgument(new Argument('[config]', 'YAML or JSON file in place of flags'));
  command.usage(
    `${positional.map(({ argument }) => argument).join(' ')}${takesFile ? '[config]' : ''} [options]`,
  );
  const options = fields.flatMap((field) =>
    field.flag === undefined ? [] : [[field, optionOf(field)] as const],
  );
  for (const [{ former }, option] of options.filter(([{ heading }]) => heading === 'Options:')) {
    command.addOption(former === undefined ? option : option.hideHelp());
  }
  if (definition.settings !== undefined) addSettings(command, definition.settings);
  for (const [, option] of options.filter(([{ heading }]) => heading !== 'Options:'))
    command.addOption(option);
  return (called) => {
    const flags = command.opts();
    const typed: Record<string, unknown> = {};
    for (const [{ key }, option] of options) {
      const value = flags[option.attributeName()];
      // To commander --no-x is the contrary of --x: true where nothing was said, false where it was.
      if (option.negate) {
        if (value === false) typed[key] = true;
      } else if (value !== undefined) typed[key] = value;
    }
    for (const [at, { key }] of positional.entries()) {
      const value = called[at];
      if (definition.takesFileOrWords === true && isFile(value)) {
        if (typed.config !== undefined) throw twoFiles(value[0], typed.config as string);
        typed.config = value[0];
      } else if (value !== undefined && !(Array.isArray(value) && value.length === 0)) typed[key] = value;
    }
    if (takesFile && called[0] !== undefined) {
      if (typed.config !== undefined) throw twoFiles(called[0] as string, typed.config as string);
      typed.config = called[0];
    }
    return { typed, settings: settingsTree(flags, definition.settings ?? []) };
  };
}

/** Words that are one file. */
function isFile(words: unknown): words is readonly [string] {
  return Array.isArray(words) && words.length === 1 && /\.(ya?ml|json)$/i.test(String(words[0]));
}

async function run(
  definition: CommandDefinition,
  called: Typed & { io: Io; name: string; line: readonly string[] },
): Promise<void> {
  const { typed, io, name, line, settings } = called;
  if (typed.jsonSchema === true) return printJson(io, commandJsonSchema(definition, name));
  const { options, file, settings: written } = await readOptions(definition, typed, name);
  const {
    out = [],
    force,
    json,
    figure,
    record,
  } = options as {
    out?: string[];
    force: boolean;
    json: boolean;
    figure?: number;
    record?: string;
  };
  const { out: _, ...others } = options;
  const named = Object.values(others)
    .flat()
    .filter((value) => typeof value === 'string');
  const wanted = await readWanted(definition, out, force, named);
  // A command with the flag of its own draws without being told where.
  const drawsAnyway = 'figure' in definition.options.shape || wanted.directory !== undefined;
  // A page of the command's own has figures in it.
  const drawn = wanted.files.some(({ draws, ending }) => draws || ending === '.html');
  if (figure !== undefined && !drawsAnyway && !drawn) {
    throw inputError(
      'usage',
      '--figure: there is no figure to be drawn; name one with -o, for instance -o figure.svg',
    );
  }
  const lineOf = (words: readonly string[]) => ['ohmprop', ...words.map(shellWord)].join(' ');
  const context = {
    settings: mergeTrees(written, settings),
    force,
    json,
    line: lineOf(line),
    asked: new Set(wanted.files.map(({ ending }) => ending)),
    ...(file === undefined ? {} : { file }),
    ...(wanted.directory === undefined ? {} : { directory: wanted.directory }),
  };
  const recording = record === undefined ? undefined : await startRecording(io, record, force);
  let recorded: string[] = [];
  let answer: Answer;
  try {
    answer = await definition.answer(options, { io: recording?.io ?? io, ...context });
  } finally {
    recorded = recording?.end() ?? [];
  }
  const files = [...(answer.files ?? []), ...recorded];
  const how = {
    redraw: lineOf(withDirectory(line, answer.run)),
    force,
    ...(figure === undefined ? {} : { width_mm: millimetres(figure) }),
  };
  try {
    await writeWanted(wanted, answer, how, files);
  } catch (error) {
    await answer.givesUp?.();
    if (json) printJson(io, { ...answer.json, ...errorOf(error), files });
    throw error;
  }
  const { failure } = answer;
  if (answer.replies !== undefined) {
    for await (const reply of answer.replies) printJson(io, reply);
  } else if (json) printJson(io, { ...answer.json, ...errorOf(failure), files });
  else {
    if (answer.text !== '') printLine(io.stdout, answer.text.replace(/\n$/, ''));
    for (const path of files.slice(answer.files?.length)) printLine(io.stderr, `wrote ${path}`);
  }
  if (failure !== undefined) throw failure;
  await answer.goesOn?.();
}

/** What was typed, with a run by its directory. */
function withDirectory(line: readonly string[], run: Answer['run']): readonly string[] {
  if (run === undefined) return line;
  const places = line.flatMap((word, at) => (word === run.typed ? [at] : []));
  // The value of a flag may be the same word: `trace --part test test`.
  const at = places.find((place) => !line[place - 1]?.startsWith('-')) ?? places[0];
  return at === undefined ? line : line.with(at, run.path);
}

function twoFiles(file: string, config: string): Error {
  return inputError(
    'usage',
    `${quoted(file)} and --config ${quoted(config)}: one file stands in place of flags; leave one of them out`,
  );
}

function errorOf(failure: unknown): object {
  if (!(failure instanceof OhmpropError)) return {};
  return { error: failure.toJSON() };
}

function optionOf({ flag = '', help, repeatable, heading }: OptionField): Option {
  const option = new Option(flag, help);
  if (heading !== 'Options:') option.helpGroup(heading);
  // --no-x has no value either.
  if (option.isBoolean() || option.negate) return option;
  return option.argParser((value: string, before: unknown) => {
    if (repeatable) return [...((before as string[] | undefined) ?? []), value];
    if (before !== undefined) throw new InvalidArgumentError(`${longName(flag)} is given twice.`);
    return value;
  });
}

/** `run` of `<run>`, `file...` of `<file...>`. */
function bareName(argument = ''): string {
  return argument.replace(/[<>[\]]/g, '');
}

function helpAfter({ notes, examples }: CommandDefinition): string {
  const said = notes === undefined ? '' : `\n${notes}\n`;
  return `${said}\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
