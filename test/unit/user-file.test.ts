import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireFreeFiles, runFile, startUserFile, writeUserFile } from '../../records/index.js';
import { scratch } from '../scratch.js';

describe('a file where a user named one', () => {
  it('is made, and not written again over what is there, unless by force or where it is the own one', async () => {
    const folder = scratch();
    const file = join(folder, 'result.csv');
    await requireFreeFiles([file]);
    await writeUserFile(file, 'first');
    await expect(writeUserFile(file, 'second')).rejects.toMatchObject({
      code: 'records.exists',
      exitCode: 2,
    });
    await expect(requireFreeFiles([file])).rejects.toMatchObject({ code: 'records.exists' });
    expect(() => startUserFile(file, 'second')).toThrow(/exists, and is not overwritten; .* --force/);
    expect(readFileSync(file, 'utf8')).toBe('first');

    const own = (path: string) => readFileSync(path, 'utf8') === 'first';
    await writeUserFile(file, 'second', { own });
    await expect(writeUserFile(file, 'third', { own })).rejects.toMatchObject({ code: 'records.exists' });
    await writeUserFile(file, 'fourth', { force: true });
    expect(readFileSync(file, 'utf8')).toBe('fourth');
    startUserFile(file, 'head', { force: true });
    expect(readFileSync(file, 'utf8')).toBe('head');
    expect(readdirSync(folder)).toEqual(['result.csv']);
  });

  it('is not made where a link leads nowhere, and no directory or device is replaced, not even by force', async () => {
    const folder = scratch();
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    await expect(writeUserFile(join(folder, 'link'), 'x')).rejects.toMatchObject({ code: 'records.exists' });
    for (const path of [folder, '/dev/null']) {
      await expect(writeUserFile(path, 'x', { force: true })).rejects.toMatchObject({ code: 'records.path' });
      expect(() => startUserFile(path, 'x', { force: true })).toThrow(/not a file/);
    }
    await expect(writeUserFile(join(folder, 'no', 'x'), 'x')).rejects.toThrow(/directory does not exist/);
    expect(readdirSync(folder)).toEqual(['link']);
  });

  it('two writers at once: one of them makes it, whole', async () => {
    const file = join(scratch(), 'race');
    const writing = ['a', 'b', 'c'].map((text) => writeUserFile(file, text.repeat(100_000)));
    const results = await Promise.allSettled(writing);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toMatch(/^(a+|b+|c+)$/);
  });
});

describe("a file that a run's configuration names", () => {
  it('lies in the run directory, which may itself be a link', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'run', 'logs-of-mine'), { recursive: true });
    symlinkSync('run', join(folder, 'last'));
    symlinkSync('logs-of-mine', join(folder, 'run', 'inner'));
    for (const name of ['a.csv', 'logs-of-mine/a.csv', 'inner/a.csv', 'not..dots']) {
      expect(await runFile(join(folder, 'last'), name, 'field')).toBe(join(folder, 'last', name));
    }
    symlinkSync('..', join(folder, 'run', 'up'));
    writeFileSync(join(folder, 'mine'), '');
    symlinkSync('../mine', join(folder, 'run', 'mine'));
    symlinkSync('../new', join(folder, 'run', 'new'));
    for (const name of ['up/a.csv', 'mine', 'new']) {
      await expect(runFile(join(folder, 'run'), name, 'field')).rejects.toMatchObject({ code: 'run.link' });
    }
    const outside = [
      '/a',
      '../a',
      'b/../../a',
      'C:\\a',
      'c:a',
      '\\\\host\\a',
      '',
      '.',
      'a\0b',
      './config.yaml',
      'figures/x',
    ];
    for (const name of outside) {
      await expect(runFile(join(folder, 'run'), name, 'field'), name).rejects.toMatchObject({
        code: 'run.outside',
      });
    }
  });
});
