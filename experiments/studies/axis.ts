import { inputError, knownUnit, quoted, readQuantities, readQuantity } from '../../core/index.js';
import { readYaml } from '../../core/yaml/index.js';

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
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.findIndex((text, at) => texts.indexOf(text) !== at);
  if (twice >= 0) throw inputError('study.axis', `axis ${key}: ${quoted(texts[twice])} stands in it twice`);
  return { key, values };
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
