import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputError, type RandomStream } from '../../core/index.js';
import {
  type FlatState,
  type JsonValue,
  parseExactJson,
  readManifest,
  readMetrics,
  stringifyExactJson,
  unflattenState,
} from '../../records/index.js';
import { mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const manifest = JSON.stringify({
  ohmpropVersion: '0.1.0',
  preset: 'xor',
  seed: 1,
  sources: [{ file: 'a.csv', sha256: '0'.repeat(64) }],
  classNames: ['0', '1'],
  machine: { node: 'v20', platform: 'linux', arch: 'x64', cpu: 'x', cores: 2 },
  startedAt: '2026-01-01T00:00:00.000Z',
  wallSeconds: 1.5,
  exitStatus: 'done',
  warnings: [],
});
const metrics =
  '{"epoch":1,"testError":0.5,"cost_V2":null}\n{"epoch":2,"testError":0.25,"confusion":[1,0,0,1]}\n';
const state = stringifyExactJson({
  arrays: { g1: [1, -0, Number.NaN], 'cells.x': [Number.POSITIVE_INFINITY] },
  values: { lastUpdate: 3, 'cells.note': 'a' },
  formats: { '': 'layered/1', cells: 'cells/1' },
});
const seeds = [manifest, metrics, state];
const words = [
  '{"$number":"toString"}',
  '{"$number":"NaN"}',
  '"__proto__":',
  '"constructor":{}',
  '[',
  '{',
  '}',
  ']',
  ',',
  ':',
  '"epoch":',
  'null',
  '1e999',
  '\\u0000',
  '\\ud800',
];

interface Case {
  readonly kind: number;
  readonly text: string;
}

let folder = '';

/** What runs leave behind as JSON: manifests, lines of metrics, states of devices. */
export const jsonRecords: Target = {
  async prepare(inFolder) {
    folder = inFolder;
  },
  make(random): Case {
    const kind = random.integer(3);
    const text = random.integer(4) === 0 ? grown(random, 6) : seeds[kind];
    return { kind, text: random.integer(10) === 0 ? text : mutateText(text, random, words, seeds) };
  },
  async take(input) {
    const { kind, text } = input as Case;
    if (kind === 0) {
      writeFileSync(join(folder, 'manifest.json'), text);
      await readManifest(folder);
    } else if (kind === 1) {
      writeFileSync(join(folder, 'metrics.jsonl'), text);
      await readMetrics(join(folder, 'metrics.jsonl'));
    } else tree(text);
    return true;
  },
  kept: (input) => (input as Case).text,
};

/** As a checkpoint does: text that is not JSON is said by its caller, and the three records are checked before. */
function tree(text: string): void {
  let value: JsonValue;
  try {
    value = parseExactJson(text);
  } catch (cause) {
    throw inputError('fuzz', (cause as Error).message, cause);
  }
  const isRecord = (part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part);
  if (!isRecord(value)) return;
  const flat = value as unknown as Partial<FlatState>;
  if (isRecord(flat.arrays) && isRecord(flat.values) && isRecord(flat.formats))
    unflattenState(flat as FlatState);
  parseExactJson(stringifyExactJson(value));
}

function grown(random: RandomStream, depth: number): string {
  const kind = random.integer(depth <= 0 ? 2 : 4);
  if (kind === 0) return pick(random, ['1', '-0', '1e999', '0.1', 'true', 'null', '{"$number":"-0"}']);
  if (kind === 1) return JSON.stringify(pick(random, ['', 'epoch', '__proto__', 'a.b', '\u202e', '\x1b']));
  const parts = Array.from({ length: random.integer(4) }, () => grown(random, depth - 1));
  if (kind === 2) return `[${parts.join(',')}]`;
  const key = () =>
    pick(random, ['epoch', 'seed', 'arrays', 'values', 'formats', '', '__proto__', 'a.constructor']);
  return `{${parts.map((part) => `${JSON.stringify(key())}:${part}`).join(',')}}`;
}
