import { Command, CommanderError } from 'commander';
import { inputError, nearestWord, quoted } from '../../core/index.js';
import { changeOfSet, mergeTrees, readConfig, type Tree } from '../../experiments/schema/index.js';
import type { ResolvedOptions } from '../../experiments/studies/index.js';
import type { CommandEntry } from '../command-entry.js';
import { type CommandDefinition, declareFlags, optionsFrom, readCommandFile } from '../frame/index.js';

/** A command and its options, as a YAML file of it has them. */
export interface Base {
  readonly command: string;
  readonly options: Tree;
}

/** Options that say where an answer goes or how soon it is there, not what it is: no axis, and in no key. */
export const presentation = [
  'out',
  'force',
  'json',
  'config',
  'jsonSchema',
  'figure',
  'record',
  'dryRun',
  'withoutReport',
  'threads',
  'use',
  'changedModule',
];

/** Options of a command that takes a configuration which are in that. */
const inConfiguration = ['set', 'preset'];

/** Options that a study has itself, or that would have its trials do something else than answer. */
const refused: Readonly<Record<string, string>> = {
  seeds: 'a study has seeds of its own: --seeds before the --',
  besideIdeal: 'compare cells by an axis: cells.model',
  supervised: 'a study starts its trials anew itself',
  notify: 'a study has many trials; leave it out',
  dryRun: 'ohmprop study --dry-run says what would be done',
  out: 'each trial has a directory of its own; -o of the study comes before the --',
  json: '--json stands before the --',
  force: 'a trial replaces nothing',
  jsonSchema: '--json-schema stands before the --',
  record: 'each trial would write the same file',
};

/** What a study may be made of, found by its words. */
export class Bases {
  constructor(private readonly commands: readonly CommandEntry[]) {}

  /** `train --preset iris --epochs 3` as a command and its options. @throws `usage`, `study.base` */
  async ofWords(words: readonly string[]): Promise<Base> {
    const { name, definition, rest } = await this.find(words);
    const command = new Command('study')
      .exitOverride()
      .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    const read = declareFlags(command, definition);
    let called: unknown[] = [];
    command.action((...given: unknown[]) => {
      called = given;
    });
    try {
      await command.parseAsync([...rest], { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      throw inputError('study.base', `-- ${name}: ${error.message.replace(/^error: /, '')}`);
    }
    const { typed, settings } = read(called);
    if (typed.use !== undefined)
      throw inputError(
        'study.base',
        `-- ${name}: --use stands before the --, as all trials are computed with it`,
      );
    const { config, ...options } = typed as Tree & { config?: string };
    const written = config === undefined ? {} : await readCommandFile(config, name);
    return { command: name, options: tree(definition, [written, options, settings]) };
  }

  /** `{ command: train, preset: iris }` of a file. @throws `study.base` */
  async ofFile({ command = 'train', ...options }: Tree): Promise<Base> {
    const { name, definition, rest } = await this.find(String(command).split(' '));
    if (rest.length > 0)
      throw inputError(
        'study.base',
        `base: command is ${quoted(String(command))}; options stand beside it, by their names`,
      );
    return { command: name, options: tree(definition, [options]) };
  }

  /** Whether options of the command name runs. */
  async takesRuns(command: string): Promise<boolean> {
    return command === 'train' || (await this.find(command.split(' '))).definition.uses === 'runs';
  }

  /** Options as the command reads them, with all defaults. @throws what the command says of them */
  async resolve(command: string, options: Tree): Promise<ResolvedOptions> {
    const { definition } = await this.find(command.split(' '));
    const read = optionsFrom(definition, { typed: {}, written: options }, command);
    const takes = (key: string): boolean =>
      Object.hasOwn(definition.options.shape, key) ||
      definition.settings?.some(({ path }) => path.join('.') === key) === true;
    for (const [key, why] of Object.entries(refused)) {
      const value = read.options[key];
      const asked =
        value !== undefined &&
        value !== false &&
        !(Array.isArray(value) && value.length === 0) &&
        value !== 1;
      if (asked) throw inputError('study.base', `${command}: --${key}: ${why}`);
    }
    const isConfigured = definition.takesConfiguration === true;
    const elsewhere = [...presentation, ...(isConfigured ? inConfiguration : [])];
    const asked = Object.fromEntries(
      Object.entries(read.options).filter(([key]) => !elsewhere.includes(key)),
    );
    const config = isConfigured ? await configOf(definition, options, command) : read.settings;
    const { threads: _, ...rest } = config as Tree;
    const seed = (config as Tree).seed ?? read.options.seed;
    const hardwareSeed = (config as Tree).hardwareSeed ?? read.options.hardwareSeed;
    return {
      options: { ...asked, ...(Object.keys(rest).length === 0 ? {} : { configuration: rest }) },
      ...(typeof seed === 'number' ? { seed } : {}),
      takesSeed: takes('seed'),
      ...(typeof hardwareSeed === 'number' ? { hardwareSeed } : {}),
      takesHardwareSeed: takes('hardwareSeed'),
      takesThreads: takes('threads'),
      drawsReport: takes('withoutReport'),
      fillsDirectory: definition.outputs !== undefined && '/' in definition.outputs,
    };
  }

  private async find(
    words: readonly string[],
  ): Promise<{ name: string; definition: CommandDefinition; rest: readonly string[] }> {
    let entries: readonly CommandEntry[] | undefined = this.commands;
    for (let at = 0; at < words.length; at++) {
      const found: CommandEntry | undefined = entries?.find(({ name }) => name === words[at]);
      if (found === undefined) {
        const known = (entries ?? []).map(({ name }) => name);
        const near = nearestWord(words[at], known);
        throw inputError(
          'study.base',
          `there is no command ${quoted(words.slice(0, at + 1).join(' '))}; ${near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`}`,
        );
      }
      const below = found.commands?.some(({ name }) => name === words[at + 1]) === true;
      if (found.load !== undefined && !below) {
        const name = words.slice(0, at + 1).join(' ');
        if (name.split(' ')[0] === 'study')
          throw inputError('study.base', 'a study of studies: vary the inner study’s axes instead');
        return { name, definition: await found.load(), rest: words.slice(at + 1) };
      }
      entries = found.commands;
    }
    throw inputError(
      'study.base',
      `${quoted(words.join(' '))} is a group of commands; name one of ${(entries ?? []).map(({ name }) => name).join(', ')}`,
    );
  }
}

/** One tree, the later over the earlier; `--set` as what it sets, which an axis may then change. */
function tree(definition: CommandDefinition, parts: readonly Tree[]): Tree {
  const all = parts.reduce(mergeTrees, {});
  if (definition.takesConfiguration !== true || !Array.isArray(all.set)) return all;
  const { set, ...rest } = all;
  return (set as string[]).map((text) => changeOfSet(text).tree).reduce(mergeTrees, rest);
}

async function configOf(definition: CommandDefinition, options: Tree, place: string): Promise<Tree> {
  const own = Object.keys(definition.options.shape);
  const configuration = Object.fromEntries(
    Object.entries(tree(definition, [options])).filter(([key]) => !own.includes(key) || key === 'preset'),
  );
  return (await readConfig({ written: { tree: configuration, place } })) as unknown as Tree;
}
