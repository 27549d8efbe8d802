import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { firstMissing, stepsOf } from '../../bench/guides/page.js';
import { walk } from '../../bench/guides/walk.js';
import { scratch } from '../scratch.js';
import { mainFile } from './command-line.js';

// A guide followed word for word by the built command, in an empty folder. `npm run guides` follows the longer ones too.

const root = fileURLToPath(new URL('../..', import.meta.url));

function installed() {
  const work = scratch();
  const [bin, modules] = [join(work, 'bin'), join(work, 'node_modules')];
  for (const folder of [bin, modules]) mkdirSync(folder);
  writeFileSync(join(bin, 'ohmprop'), `#!/bin/sh\nexec '${process.execPath}' '${mainFile}' "$@"\n`);
  chmodSync(join(bin, 'ohmprop'), 0o755);
  symlinkSync(root, join(modules, 'ohmprop'), 'dir');
  const data = process.env.OHMPROP_DATA;
  return {
    docs: join(root, 'docs'),
    bin,
    modules,
    ...(data === undefined ? {} : { cases: join(data, 'cases') }),
  };
}

describe('guides', () => {
  for (const page of ['guides/crossbar.md']) {
    it(`${page}: every command succeeds and prints what the page shows`, async () => {
      const { wrong, steps } = await walk(page, installed());
      expect(wrong).toEqual([]);
      expect(steps).toBeGreaterThan(4);
    });
  }

  it('are read as what is typed, what is written, and what is printed', () => {
    const page = [
      '# A page',
      '<!-- file: a/b.csv -->',
      '```csv',
      '1,2',
      '```',
      '<!-- exits 1 -->',
      '```sh',
      'false',
      '```',
      '```text',
      '…',
      'x is … V',
      '```',
      '<!-- not walked: needs a board -->',
      '```sh',
      'true',
      '```',
    ].join('\n');
    expect(stepsOf(page)).toMatchObject([
      { kind: 'write', file: 'a/b.csv', text: '1,2\n' },
      { kind: 'type', text: 'false\n', exits: 1, printed: ['…', 'x is … V'] },
      { kind: 'type', notWalked: 'needs a board' },
    ]);
    expect(firstMissing(['…', 'x is … V'], 'first\nx is 2.5 V\n')).toBeUndefined();
    expect(firstMissing(['x is 2 V'], 'x is 2.5 V\n')).toBe('x is 2 V');
    expect(firstMissing(['b', 'a'], 'a\nb\n')).toBe('a');
  });
});
