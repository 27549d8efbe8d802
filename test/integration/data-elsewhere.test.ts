import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// A run's data lie where it was trained, wherever it is looked at from; its parameters are its own.

const table = fileURLToPath(new URL('../golden/cases/input/two.csv', import.meta.url));
let home = '';
let away = '';
beforeAll(async () => {
  home = scratch('data-home');
  away = join(home, 'away');
  mkdirSync(away);
  copyFileSync(table, join(home, 'two.csv'));
  const { code } = await ohmprop(
    [
      'train',
      '--preset',
      'iris',
      '--data',
      'csv:two.csv',
      '--epochs',
      '5',
      '--validation',
      '8',
      '-o',
      'RUN/',
    ],
    { cwd: home },
  );
  expect(code).toBe(0);
});

/** Does something while the table is away. */
async function withoutTable(work: () => Promise<void>): Promise<void> {
  renameSync(join(home, 'two.csv'), join(home, 'gone.csv'));
  await work().finally(() => renameSync(join(home, 'gone.csv'), join(home, 'two.csv')));
}

describe('from another directory', () => {
  it.each(['eval', 'trace', 'report', 'gradcheck'])(
    '%s finds the data where the run was trained',
    async (command) => {
      // a table of the same name that is another
      writeFileSync(join(away, 'two.csv'), 'x,y,label\n5,5,red\n6,6,blue\n7,7,red\n8,8,blue\n');
      const { code, stderr } = await ohmprop([command, '../RUN'], { cwd: away });
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/is not what the run was trained on/);
      if (command !== 'eval') return;
      const { stdout } = await ohmprop(['eval', '../RUN', '--data', 'csv:two.csv', '--json'], { cwd: away });
      expect(JSON.parse(stdout).samples).toBe(4);
    },
  );

  it('goes on with the run', async () => {
    const { code, stderr } = await ohmprop(['resume', '../RUN', '--epochs', '6'], { cwd: away });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(home, 'RUN/manifest.json'), 'utf8')).data.directory).toBe(home);
  });

  it('finds the data beside it, where they went with the run', async () => {
    const moved = join(home, 'moved');
    mkdirSync(moved);
    copyFileSync(table, join(moved, 'two.csv'));
    await withoutTable(async () => {
      expect((await ohmprop(['eval', '../RUN'], { cwd: moved })).code).toBe(0);
    });
  });
});

describe('without its data', () => {
  it('says where they were looked for', async () => {
    await withoutTable(async () => {
      const elsewhere = scratch('data-elsewhere');
      const { code, stderr } = await ohmprop(['eval', join(home, 'RUN')], { cwd: elsewhere });
      expect(stderr).toContain(`two.csv: there is no such file in ${home}, nor in ${elsewhere}`);
      expect(code).toBe(2);
    });
  });

  it('gives its parameters, and says nothing of samples', async () => {
    await ohmprop(['export', 'RUN', '-o', 'with.npz'], { cwd: home });
    await withoutTable(async () => {
      const { code, stderr } = await ohmprop(['export', 'RUN', '-o', 'without.npz'], { cwd: home });
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/warning/);
    });
    expect(await readNpz(join(home, 'without.npz'))).toEqual(await readNpz(join(home, 'with.npz')));
    copyFileSync(join(home, 'two.csv'), join(home, 'kept.csv'));
    writeFileSync(join(home, 'two.csv'), 'x,y,label\n500,5,green\n6,6,blue\n');
    const changed = await ohmprop(['export', 'RUN', '--json'], { cwd: home });
    renameSync(join(home, 'kept.csv'), join(home, 'two.csv'));
    expect(changed.code).toBe(0);
    expect(changed.stderr).not.toMatch(/warning/);
  });
});
