import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// The script runs in the shells themselves, as the Tab key would run it.

const hasZsh = (() => {
  try {
    execFileSync('zsh', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

describe.each([
  ['bash', true],
  ['zsh', hasZsh],
] as const)('completion for %s', (shell, installed) => {
  let cwd: string;
  beforeAll(async () => {
    cwd = scratch('completion');
    const { code, stdout, stderr } = await ohmprop(['completion', shell]);
    expect(code, stderr).toBe(0);
    // Where zsh keeps its own functions is not what is tested.
    writeFileSync(join(cwd, 'script'), stdout.replace(/^(autoload|complete) .*$/gm, ''));
    mkdirSync(join(cwd, 'runs/2026_iris_a1'), { recursive: true });
    writeFileSync(join(cwd, 'runs/2026_iris_a1/config.yaml'), '');
    mkdirSync(join(cwd, 'runs/no-run'));
    writeFileSync(join(cwd, 'mine.csv'), '');
  });

  /** What is proposed after `words`, the last of which is being typed. */
  const proposed = (...words: string[]): string[] => {
    const quoted = ['ohmprop', ...words].map((word) => `'${word}'`).join(' ');
    const last = words.length;
    const call =
      shell === 'bash'
        ? `COMP_WORDS=(${quoted}); COMP_CWORD=${last}; _ohmprop; printf '%s\\n' "\${COMPREPLY[@]}"`
        : `setopt ksharrays; COMP_WORDS=(${quoted}); COMP_CWORD=${last}; _ohmprop; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const told = execFileSync(shell, ['-c', `. ./script; ${call}`], { cwd, encoding: 'utf8' });
    return told.split('\n').filter((line) => line !== '');
  };

  it.runIf(installed)('proposes commands, flags, choices, presets, cells, runs and files', () => {
    expect(proposed('tra')).toEqual(['train', 'trace']);
    expect(proposed('crossbar', 's')).toEqual(expect.arrayContaining(['solve']));
    expect(proposed('train', '--preset', 'iri')).toEqual(['iris']);
    expect(proposed('train', '--policy', 'tiki')).toEqual(['tiki-taka', 'tiki-taka-chopped']);
    expect(proposed('train', '--epochs', '')).toEqual([]);
    expect(proposed('train', '--data', 'x', '--cells', 'ag')).toEqual(expect.arrayContaining(['ag-asi-jo']));
    expect(proposed('train', '--relax')).toEqual(['--relaxation', '--relaxed-simd']);
    expect(proposed('resume', '')).toEqual(['last', '2026_iris_a1']);
    expect(proposed('eval', '2026')).toEqual(['2026_iris_a1']);
    expect(proposed('calibrate', 'inspect', 'min')).toEqual(['mine.csv']);
    expect(proposed('study', '--axis', 'a=1', '--', 'train', '--optimizer', 'a')).toEqual(['adam']);
    expect(proposed('completion', '')).toEqual(['bash', 'zsh']);
  });
});

describe('completion', () => {
  it('is refused for another shell', async () => {
    const { code, stderr } = await ohmprop(['completion', 'fish']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/needs one of bash, zsh/)]);
  });
});
