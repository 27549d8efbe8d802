import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { starters } from '../../cli/init/command.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What a newcomer types first. Every line that is proposed is typed here, as it stands.

/** A line as it stands, quotes and all; none of them needs a shell. */
const wordsOf = (line: string) => line.replace(/^ohmprop /, '').split(' ');

/** What a newcomer without limits, or without an instrument, is told. */
const refused: Record<string, readonly [code: number, text: string]> = {
  'instrument sweep': [2, 'maxVoltage_V'],
  'instrument stop': [1, '127.0.0.1:5025'],
};

describe('ohmprop init', () => {
  for (const [way, { next }] of Object.entries(starters)) {
    it(`${way}: every line that it proposes works on the files that it writes`, async () => {
      const cwd = scratch();
      const begun = await ohmprop(['init', way, '--json'], { cwd });
      expect(begun.code).toBe(0);
      const { files } = JSON.parse(begun.stdout);
      for (const file of files) expect(existsSync(join(cwd, file))).toBe(true);
      for (const line of next) {
        const words = wordsOf(line);
        // A study computes in processes of the built program; study.test.ts does that.
        if (words[0] === 'study' && !words.includes('--dry-run')) continue;
        const { code, stderr } = await ohmprop(words, { cwd, env: { OHMPROP_LAB: join(cwd, 'lab') } });
        const why = refused[words.slice(0, 2).join(' ')];
        if (why === undefined) expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
        else expect([line, code, stderr]).toEqual([line, why[0], expect.stringContaining(why[1])]);
      }
    });
  }

  it('writes the schema that the YAML file names, and only keys that it knows', async () => {
    const cwd = scratch();
    await ohmprop(['init', 'learn', 'mine'], { cwd });
    const text = readFileSync(join(cwd, 'mine/experiment.yaml'), 'utf8');
    const [, name] = /\$schema=\.\/(\S+)/.exec(text) ?? [];
    const { properties } = JSON.parse(readFileSync(join(cwd, 'mine', name), 'utf8'));
    for (const key of Object.keys(parse(text))) expect(properties).toHaveProperty(key);
  });

  it('leaves files that are there alone', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'g.csv'), '1e-6\n');
    const { code, stderr } = await ohmprop(['init', 'crossbar'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('g.csv')]);
    expect(readFileSync(join(cwd, 'g.csv'), 'utf8')).toBe('1e-6\n');
    expect(existsSync(join(cwd, 'crossbar.yaml'))).toBe(false);
    const wrong = await ohmprop(['init', 'crosbar'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('crossbar')]);
  });
});
