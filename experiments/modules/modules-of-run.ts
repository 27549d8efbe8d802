import { inputError, quoted } from '../../core/index.js';
import type { RunConfig } from '../schema/index.js';
import type { ModuleKind } from './module.js';
import { mayBeChanged, type UsedModule, usedModules } from './use-modules.js';

/** A module that a run was made with, as its manifest has it, with the names that its configuration says. */
export interface RecordedModule {
  readonly file: string;
  readonly sha256: string;
  readonly adds: Record<string, string[]>;
}

/** The modules in use that a configuration names something of. */
export function modulesOf(config: RunConfig): RecordedModule[] {
  const named = namesIn(config);
  return usedModules().flatMap(({ file, sha256, adds }) => {
    const own = Object.entries(adds).flatMap(([kind, names]) => {
      const used = names.filter((name) => named[kind as ModuleKind].includes(name));
      return used.length === 0 ? [] : [[kind, used] as [string, string[]]];
    });
    return own.length === 0 ? [] : [{ file, sha256, adds: Object.fromEntries(own) }];
  });
}

/** The modules in use of which one of some texts is a name: `mine`, `mine:ARGUMENT`. */
export function modulesNamedIn(texts: readonly string[]): RecordedModule[] {
  const words = new Set(texts.flatMap((text) => [text, text.split(':', 1)[0]]));
  return usedModules().flatMap(({ file, sha256, adds }) => {
    const own = Object.entries(adds).flatMap(([kind, names]) => {
      const used = names.filter((name) => words.has(name));
      return used.length === 0 ? [] : [[kind, used] as [string, string[]]];
    });
    return own.length === 0 ? [] : [{ file, sha256, adds: Object.fromEntries(own) }];
  });
}

/** What a configuration says by name of each kind; names of ours among them. */
function namesIn({ cells, training, network, data, testData, validation }: RunConfig) {
  const texts = (...values: unknown[]) =>
    values.filter((value): value is string => typeof value === 'string');
  const models = texts(cells?.model, cells?.like);
  return {
    policies: texts(cells?.policy),
    costs: texts(training.cost),
    cells: models,
    elements: models,
    devices: network.kind === 'device' ? [network.device] : [],
    data: texts(data, testData, validation).map((spec) => spec.split(':', 1)[0]),
  };
}

/**
 * Asks for the modules that a run was made with.
 * @param what the run, for messages
 * @returns what to tell: that a module is not what it was, where that was agreed to
 * @throws `run.module` where one is not in use, `run.changed-module` where it is another content and nobody agreed (exit code 2)
 */
export function requireModules(what: string, recorded: readonly RecordedModule[]): string[] {
  return recorded.flatMap(({ file, sha256, adds }) => {
    const used = usedModules();
    if (used.some((module) => module.sha256 === sha256)) return [];
    const names = Object.entries(adds).map(([kind, some]) => `${kind} ${some.join(', ')}`);
    const other = used.find((module) => brings(module, adds));
    if (other === undefined) {
      throw inputError(
        'run.module',
        `${what} was made with a module of its user, for its ${names.join('; ')}: name it again, --use ${quoted(file)} (SHA-256 ${sha256}). It is code, and runs as yours: look at it where it is not`,
      );
    }
    const text = `${other.file} is not what ${what} was made with: its SHA-256 is ${other.sha256.slice(0, 12)}…, it was ${sha256.slice(0, 12)}…`;
    if (mayBeChanged()) return [text];
    throw inputError(
      'run.changed-module',
      `${text}. Nothing was done: --changed-module takes it as it is now`,
    );
  });
}

function brings({ adds }: UsedModule, wanted: RecordedModule['adds']): boolean {
  return Object.entries(wanted).every(([kind, names]) =>
    names.every((name) => adds[kind as ModuleKind]?.includes(name)),
  );
}
