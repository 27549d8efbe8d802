import {
  inputError,
  knownUnit,
  printableLine,
  quoted,
  readQuantities,
  readQuantity,
} from '../../core/index.js';
import { readYaml } from '../../core/yaml/index.js';
import { meaningOf } from './axis-quantity.js';

/** What is varied: values one by one, or, where they are drawn, between two ends. */
export interface Axis {
  /** Path of an option or setting: `readout.noise_V`. */
  readonly key: string;
  /** In the order asked for. */
  readonly values: readonly unknown[];
  /** That the ends of a range were written in; its values are plain numbers of it. */
  readonly unit?: string;
  /** Of a range without a count. */
  readonly between?: { readonly low: number; readonly high: number; readonly logarithmic: boolean };
}

const range = /^\s*(log:)?([^:,;]+):([^:,;]+)(?::(\d+))?\s*$/;
const quantityText = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*(\S*)\s*$/;

/**
 * An axis as a file or a flag has it: a list, `1,2,5` (at semicolons where values have commas in them: `1uS,100uS;2uS,50uS`), or a range
 * `0:1V:11`, `log:10uV:50mV:7`; without its count, `log:10uV:50mV`, for samples that are drawn.
 * @throws `study.axis` (exit code 2)
 */
export function readAxis(key: string, given: unknown): Axis {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(key)) {
    throw inputError(
      'study.axis',
      `axis ${quoted(key)}: needs the path of an option or setting, such as readout.noise_V`,
    );
  }
  if (Array.isArray(given)) return listed(key, given);
  if (typeof given !== 'string') return listed(key, [given]);
  const found = range.exec(given);
  if (found !== null && [found[2], found[3]].every((end) => quantityText.test(end))) {
    const [, log, low, high, count] = found;
    const unit = unitOf(high) === '1' ? unitOf(low) : unitOf(high);
    const written = unit === '1' ? {} : { unit };
    if (count !== undefined)
      return { ...listed(key, readQuantities(given, unit, `axis ${key}`)), ...written };
    const ends = [low, high].map((end) => readQuantity(end, unit, `axis ${key}`).value);
    return { ...between(key, ends[0], ends[1], log !== undefined), ...written };
  }
  const parts = given.split(given.includes(';') ? ';' : ',').map((part) => part.trim());
  return listed(
    key,
    parts.map((part) => scalar(part, key)),
  );
}

/** `key=values` of a flag. */
export function readAxisFlag(text: string): Axis {
  const at = text.indexOf('=');
  if (at < 1) {
    throw inputError(
      'study.axis',
      `--axis ${quoted(text)}: write key=values, for instance readout.noise_V=log:10uV:50mV:7`,
    );
  }
  return readAxis(text.slice(0, at).trim(), text.slice(at + 1));
}

function listed(key: string, values: readonly unknown[]): Axis {
  if (values.length === 0) throw inputError('study.axis', `axis ${key}: it has no values`);
  const endless = values.find((value) => typeof value === 'number' && !Number.isFinite(value));
  if (endless !== undefined)
    throw inputError('study.axis', `axis ${key}: ${endless} is no number to compute with; leave it out`);
  const meanings = values.map((value) => meaningOf(key, value));
  const twice = meanings.findIndex((meaning, at) => meanings.indexOf(meaning) !== at);
  if (twice < 0) return { key, values };
  const [one, other] = [meanings.indexOf(meanings[twice]), twice].map((at) =>
    printableLine(JSON.stringify(values[at]), 80),
  );
  throw inputError(
    'study.axis',
    one === other
      ? `axis ${key}: ${one} stands in it twice; leave one of them out`
      : `axis ${key}: ${one} and ${other} are the same, so that their trials are; leave one of them out`,
  );
}

/**
 * Asks that no two axes say the same setting: a point would be told by the one and computed by the other. `training` with mappings that
 * leave `training.epochs` to another axis is fine.
 * @throws `study.axis` (exit code 2)
 */
export function requireApart(axes: readonly Axis[]): void {
  for (const [at, { key }] of axes.entries()) {
    const twin = axes.slice(0, at).find((other) => asOption(other.key) === asOption(key));
    if (twin !== undefined) throw inputError('study.axis', `axis ${key} is given twice`);
  }
  for (const { key } of axes) {
    for (const { key: above, values } of axes) {
      if (!key.startsWith(`${above}.`)) continue;
      const within = key.slice(above.length + 1).split('.');
      const clash = values.find((value) => !leaves(value, within));
      if (clash === undefined) continue;
      throw inputError(
        'study.axis',
        `axis ${key}: the axis ${above} says it too, with ${printableLine(JSON.stringify(clash), 80)}; leave it out of one of them`,
      );
    }
  }
}

/** The key of an option by its flag: `wireOhm` of `wire-ohm`, which a file may have as well. */
export const asOption = (key: string): string =>
  key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Whether a value is a mapping that says nothing of what is at a path within it. */
function leaves(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || first === undefined)
    return false;
  return leaves((value as Record<string, unknown>)[first], rest);
}

function between(key: string, low: number, high: number, logarithmic: boolean): Axis {
  if (!(low < high) || (logarithmic && low <= 0)) {
    throw inputError(
      'study.axis',
      `axis ${key}: a range goes from the lower to the higher end${logarithmic ? ', both above 0' : ''}; got ${low} and ${high}`,
    );
  }
  return { key, values: [], between: { low, high, logarithmic } };
}

function unitOf(end: string): string {
  const suffix = quantityText.exec(end)?.[1] ?? '';
  const unit = knownUnit(suffix)?.unit ?? '1';
  // `5m` is five thousandths of whatever the setting is in: nothing here is a length.
  return suffix === '%' || unit === 'm' ? '1' : unit;
}

/** One value as YAML has it; a text that YAML would take apart stays one. */
function scalar(text: string, key: string): unknown {
  if (text === '') throw inputError('study.axis', `axis ${key}: a value is empty`);
  try {
    const value = readYaml(text, `axis ${key}`, 'study.axis');
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}
