import { inputError, MAX_THREADS, nearestWord } from '../../core/index.js';
import { presets } from '../../experiments/schema/index.js';

export interface Arguments {
  readonly presets: readonly string[];
  readonly batches: readonly number[];
  readonly threads: readonly (number | 'auto')[];
  readonly seconds: number;
  readonly out: string;
  readonly compare: string | undefined;
  readonly checks: boolean;
  readonly inference: boolean;
  readonly relaxed: boolean;
}

const defaults: Readonly<Record<string, string>> = {
  presets: 'drn-xs,drn-1h,drn-2h,drn-3h',
  batches: '4',
  threads: '1',
  seconds: '3',
  out: 'bench-drn.json',
  compare: '',
  checks: 'yes',
  inference: 'yes',
  relaxed: 'no',
};

/** Reads `key=value` arguments. Throws `bench.argument` for an unknown key or a value that makes no sense. */
export function readArguments(args: readonly string[]): Arguments {
  const given: Record<string, string> = {};
  for (const arg of args) {
    const at = arg.indexOf('=');
    const key = at < 0 ? arg : arg.slice(0, at);
    if (at < 0 || !Object.hasOwn(defaults, key)) {
      throw refusal(arg, `write key=value with ${wordAmong(key, Object.keys(defaults))}`);
    }
    given[key] = arg.slice(at + 1);
  }
  const of = (key: string) => given[key] ?? defaults[key];
  const list = <T>(key: string, read: (text: string) => T) => of(key).split(',').map(read);
  const number =
    (key: string, most = Number.POSITIVE_INFINITY, whole = true) =>
    (text: string) => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      if (value > 0 && value <= most && Number.isFinite(value) && (!whole || Number.isInteger(value)))
        return value;
      const range = most < Number.POSITIVE_INFINITY ? ` up to ${most}` : '';
      throw refusal(
        `${key}=${of(key)}`,
        `needs ${whole ? 'whole numbers' : 'a number'} above 0${range}, got "${text}"`,
      );
    };
  const yes = (key: string) => {
    if (of(key) === 'yes' || of(key) === 'no') return of(key) === 'yes';
    throw refusal(`${key}=${of(key)}`, 'needs yes or no');
  };
  return {
    presets: list('presets', layeredPreset),
    batches: list('batches', number('batches')),
    threads: list('threads', (text) => (text === 'auto' ? text : number('threads', MAX_THREADS)(text))),
    seconds: number('seconds', undefined, false)(of('seconds')),
    out: of('out'),
    compare: of('compare') === '' ? undefined : of('compare'),
    checks: yes('checks'),
    inference: yes('inference'),
    relaxed: yes('relaxed'),
  };
}

function layeredPreset(name: string): string {
  const known = Object.keys(presets).filter((key) => key.startsWith('drn-'));
  if (known.includes(name)) return name;
  throw refusal(`presets=${name}`, `needs ${wordAmong(name, known)}`);
}

function wordAmong(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === undefined
    ? `one of ${known.join(', ')}`
    : `one of ${known.join(', ')}; did you mean "${near}"?`;
}

function refusal(what: string, message: string) {
  return inputError('bench.argument', `bench drn: ${what}: ${message}`);
}
