import { stringify } from 'yaml';
import type { RandomStream } from '../../core/index.js';
import { readYaml } from '../../core/yaml/index.js';
import { checkConfig, presets, readConfig } from '../../experiments/schema/index.js';
import { mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const seeds = Object.values(presets).map((preset) => stringify(preset));
const words = [
  ...[
    '&a ',
    '*a',
    '*a\n',
    '<<: *a\n',
    '!!set ',
    '!!binary ',
    '!!timestamp ',
    '!!omap ',
    '%YAML 1.1\n---\n',
    '---\n',
    '...\n',
  ],
  ...[
    '? ',
    '- ',
    ': ',
    '|\n  ',
    '>-\n  ',
    '{',
    '}',
    '[',
    ']',
    '"\\u202e"',
    '"\\x1b"',
    '~',
    '.inf',
    '.nan',
    '0o17',
    '2001-01-01',
  ],
  ...[
    'training:\n',
    'network: ',
    'kind: ',
    'cells: {',
    'data: ',
    'seed: ',
    '__proto__: {a: 1}\n',
    'constructor: 1\n',
  ],
];
const keys = [
  ...[
    'data',
    'seed',
    'training',
    'network',
    'kind',
    'hidden',
    'beta',
    'epochs',
    'cells',
    'model',
    'settle',
    'coding',
  ],
  ...['input', 'scale', 'low', 'high', 'tolerance', 'units', 'threads', '__proto__', 'a b', ''],
];
const scalars = [
  'xor',
  '1',
  '-1',
  '1.5e3',
  '10ms',
  '5%',
  '136uS',
  'true',
  'null',
  '[8]',
  '"x"',
  "'y'",
  '*a',
  '.nan',
  'iris',
];

/** Configurations: as files, and as assignments of the command line. */
export const yaml: Target = {
  make(random) {
    if (random.integer(8) === 0) return { assignment: assignment(random) };
    const text = random.integer(3) === 0 ? grown(random) : pick(random, seeds);
    return { text: random.integer(10) === 0 ? text : mutateText(text, random, words, seeds) };
  },
  async take(input) {
    const { text, assignment: set } = input as { text?: string; assignment?: string };
    if (set !== undefined) await readConfig({ preset: 'xor', set: [set] });
    else checkConfig(readYaml(text ?? '', 'fuzz.yaml', 'config.syntax'), 'fuzz.yaml');
    return true;
  },
  kept: (input) => {
    const { text, assignment: set } = input as { text?: string; assignment?: string };
    return text ?? set ?? '';
  },
};

function assignment(random: RandomStream): string {
  const path = Array.from({ length: 1 + random.integer(3) }, () => pick(random, keys)).join('.');
  return `${path}=${mutateText(pick(random, scalars), random, words)}`;
}

/** A tree of the language, in flow and block style, with references. */
function grown(random: RandomStream, depth = 0): string {
  const indent = '  '.repeat(depth);
  const lines: string[] = [];
  for (let k = 1 + random.integer(4); k > 0; k--) {
    const anchor = random.integer(8) === 0 ? '&a ' : '';
    const key = pick(random, keys);
    const kind = random.integer(depth > 4 ? 2 : 5);
    if (kind < 2) lines.push(`${indent}${key}: ${anchor}${pick(random, scalars)}`);
    else if (kind === 2) lines.push(`${indent}${key}: ${anchor}${flow(random, depth)}`);
    else if (kind === 3) lines.push(`${indent}${key}: ${anchor}\n${grown(random, depth + 1)}`);
    else
      lines.push(`${indent}${key}:\n${indent}- ${pick(random, scalars)}\n${indent}- ${flow(random, depth)}`);
  }
  return lines.join('\n');
}

function flow(random: RandomStream, depth: number): string {
  if (depth > 6 || random.integer(3) === 0) return pick(random, scalars);
  const parts = Array.from({ length: random.integer(4) }, () => flow(random, depth + 1));
  if (random.integer(2) === 0) return `[${parts.join(', ')}]`;
  return `{${parts.map((part) => `${pick(random, keys)}: ${part}`).join(', ')}}`;
}
