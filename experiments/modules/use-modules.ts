import { inputError, nearestWord, quoted } from '../../core/index.js';
import { checkDefinition, moduleKinds } from './definitions.js';
import { loadModule } from './load-module.js';
import type { Module, ModuleKind } from './module.js';
import { ownFunctions } from './own-functions.js';
import { register } from './register.js';

/** A module in use. */
export interface UsedModule {
  /** Absolute. */
  readonly file: string;
  readonly sha256: string;
  /** What it brings, by name. */
  readonly adds: Readonly<Partial<Record<ModuleKind, readonly string[]>>>;
}

const inUse = new Set<UsedModule>();
let changedAllowed = 0;

/** Modules that are in use in this process. */
export function usedModules(): readonly UsedModule[] {
  return [...inUse];
}

/** Whether somebody said that a run may be opened with another content of its modules. */
export function mayBeChanged(): boolean {
  return changedAllowed > 0;
}

/**
 * Runs modules of a user and makes what they bring known by name, in this process, until it is taken away again.
 * @param paths as typed
 * @param changed runs may be opened with another content of their modules
 * @returns takes it away
 * @throws `use.not-found`, `use.failed`, `use.empty`, `use.definition`, `use.name` (exit code 2); nothing is then in use of them
 */
export async function useModules(paths: readonly string[], changed = false): Promise<() => void> {
  const undo: (() => void)[] = [];
  const takeAway = () => {
    for (const one of undo.splice(0).reverse()) one();
  };
  try {
    for (const path of paths) undo.push(...(await useModule(path)));
  } catch (error) {
    takeAway();
    throw error;
  }
  if (changed) {
    changedAllowed++;
    undo.push(() => void changedAllowed--);
  }
  return takeAway;
}

async function useModule(path: string): Promise<(() => void)[]> {
  const { file, sha256, exports } = await loadModule(path);
  const module = moduleOf(path, exports);
  const origin = `${file}, SHA-256 ${sha256.slice(0, 12)}…`;
  const undo: (() => void)[] = [];
  try {
    for (const kind of moduleKinds) {
      for (const [name, definition] of Object.entries(module[kind] ?? {})) {
        checkDefinition(path, kind, name, definition);
        const own = ownFunctions(definition, `${kind}.${name}`, path);
        undo.push(...(await registered(path, kind, name, own, origin)));
      }
    }
  } catch (error) {
    for (const one of undo) one();
    throw error;
  }
  const adds = Object.fromEntries(
    moduleKinds.flatMap((kind) => (module[kind] === undefined ? [] : [[kind, Object.keys(module[kind])]])),
  );
  const used: UsedModule = { file, sha256, adds };
  inUse.add(used);
  undo.push(() => void inUse.delete(used));
  return undo;
}

async function registered(path: string, kind: ModuleKind, name: string, definition: object, origin: string) {
  try {
    return await register[kind](name, definition as never, origin);
  } catch (cause) {
    const { message, code = 'use.definition' } = cause as Error & { code?: string };
    throw inputError(code, `${path}: ${kind}.${name}: ${message}`, cause, { file: path });
  }
}

/** The default export, or the exports by their names. */
function moduleOf(path: string, { default: whole, ...named }: Readonly<Record<string, unknown>>): Module {
  const module = (typeof whole === 'object' && whole !== null ? whole : named) as Record<string, unknown>;
  const kinds = moduleKinds.join(', ');
  const [odd] = Object.keys(module).filter((key) => !(moduleKinds as readonly string[]).includes(key));
  if (odd !== undefined) {
    const near = nearestWord(odd, moduleKinds);
    const meant = near === undefined ? `a module brings ${kinds}` : `did you mean ${near}?`;
    throw inputError(
      'use.definition',
      `${path}: ${quoted(odd)} is nothing that a module brings; ${meant}`,
      undefined,
      {
        file: path,
      },
    );
  }
  const wrong = Object.entries(module).find(([, value]) => typeof value !== 'object' || value === null);
  if (wrong !== undefined) {
    throw inputError(
      'use.definition',
      `${path}: ${wrong[0]}: needs definitions by name, got ${wrong[1] === null ? 'null' : typeof wrong[1]}`,
      undefined,
      { file: path },
    );
  }
  if (Object.values(module).every((things) => Object.keys(things as object).length === 0)) {
    throw inputError(
      'use.empty',
      `${path}: it brings nothing; needs export default { … } with some of ${kinds}`,
      undefined,
      { file: path },
    );
  }
  return module as Module;
}
