import { OhmpropError } from '../../core/index.js';

/**
 * A definition whose functions say whose they are where they end with an error of their own: `use.code` (exit code 1). Everything else of it
 * stays as it is.
 * @param what `policies.patient`
 * @param file of its module, for lines in a stack
 */
export function ownFunctions<T extends object>(definition: T, what: string, file: string): T {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(definition)), definition);
  for (const [key, value] of functionsOf(definition)) {
    copy[key] = (...given: unknown[]): unknown => {
      try {
        const answer = value.apply(definition, given);
        return answer instanceof Promise
          ? answer.catch((cause) => refuse(cause, `${what}.${key}`, file))
          : answer;
      } catch (cause) {
        return refuse(cause, `${what}.${key}`, file);
      }
    };
  }
  return copy;
}

type Fn = (...given: unknown[]) => unknown;

/** Functions of an object and of the classes that it is of. */
function functionsOf(definition: object): Map<string, Fn> {
  const found = new Map<string, Fn>();
  for (let at = definition; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const key of Object.getOwnPropertyNames(at)) {
      const value = (definition as Record<string, unknown>)[key];
      if (key !== 'constructor' && typeof value === 'function' && !found.has(key))
        found.set(key, value as Fn);
    }
  }
  return found;
}

function refuse(cause: unknown, what: string, file: string): never {
  if (cause instanceof OhmpropError) throw cause;
  const line = lineIn(file, cause);
  const message = (cause as Error | undefined)?.message ?? String(cause);
  throw new OhmpropError(
    'use.code',
    `${file}${line === undefined ? '' : `, line ${line}`}: ${what} ends with an error: ${message}`,
    // What data are made of was typed by whoever asked for them.
    { exitCode: what.startsWith('data.') ? 2 : 1, cause, where: { file, field: what } },
  );
}

/** The line of a file that a stack names first. */
export function lineIn(file: string, error: unknown): string | undefined {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  // As a stack has it: in an address.
  const [plain, coded] = [name, encodeURI(name)].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?:${plain}|${coded})[^\\n:]*:(\\d+)`);
  return pattern.exec((error as Error | undefined)?.stack ?? '')?.[1];
}
