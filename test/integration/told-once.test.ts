import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../cli/io.js';
import { Notifier } from '../../cli/notify.js';
import { supervise } from '../../cli/supervise.js';
import { readConfig } from '../../experiments/schema/index.js';
import { scratch } from '../scratch.js';

// Whoever is killed between what happens and telling of it tells nobody: here each process dies at exactly that moment.

interface Told {
  readonly event: string;
  readonly text: string;
  readonly at: string;
  readonly code?: string;
}

const io = (env: Record<string, string> = {}): Io => ({
  stdout: { write: () => {} },
  stderr: new PassThrough().resume(),
  env,
});
const told = (file: string): Told[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
const paused = (n: number) => ({
  at: `2026-01-01T00:00:0${n}.000Z`,
  kind: 'happened',
  what: 'paused',
  text: `cable ${n}`,
  code: 'line.lost',
});
const linesOf = (records: readonly object[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/**
 * Sessions of a run, one after the other, that each write to its journal and end.
 * @param sessions what each writes, and by which exit code or signal it ends
 */
function programOf(folder: string, sessions: readonly { write: readonly object[]; end: number | string }[]) {
  const file = join(folder, 'program.mjs');
  writeFileSync(
    file,
    `import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
     const run = process.argv[2] === 'resume' ? process.argv[3] : process.argv[5];
     mkdirSync(run + '/checkpoints', { recursive: true });
     writeFileSync(run + '/checkpoints/1.npz', '');
     const count = ${JSON.stringify(join(folder, 'count'))};
     const n = existsSync(count) ? Number(readFileSync(count, 'utf8')) : 0;
     writeFileSync(count, String(n + 1));
     const { write, end } = ${JSON.stringify(sessions)}[n];
     for (const record of write) appendFileSync(run + '/journal.jsonl', JSON.stringify(record) + '\\n');
     process.stderr.write('progress\\nerror: said last\\n');
     if (typeof end === 'string') process.kill(process.pid, end);
     else process.exit(end);`,
  );
  return file;
}

async function supervised(sessions: Parameters<typeof programOf>[1]): Promise<{ told: Told[]; run: string }> {
  const folder = scratch();
  const file = join(folder, 'told.jsonl');
  const run = join(folder, 'run');
  await supervise(io(), {
    config: await readConfig({ set: [], flags: { data: 'xor' } }),
    out: run,
    notify: { command: `cat >> ${file}`, every_seconds: 0 },
    program: programOf(folder, sessions),
  }).catch(() => {});
  return { told: told(file), run };
}

describe('a supervised run', () => {
  it('has each pause told once though its process is killed right after writing it down, and each end', async () => {
    const failed = { at: 'x', kind: 'happened', what: 'failed', text: 'not there', code: 'line.open' };
    const { told, run } = await supervised([
      { write: [paused(1)], end: 'SIGKILL' },
      // A session that could not even open its board.
      { write: [failed], end: 1 },
      { write: [paused(2), paused(3)], end: 2 },
    ]);
    const of = (event: string) => told.filter((one) => one.event === event);
    expect(of('paused').map(({ text, at, code }) => ({ text, at, code }))).toEqual(
      [1, 2, 3].map((n) => ({ text: `cable ${n}`, at: paused(n).at, code: 'line.lost' })),
    );
    expect(of('failed').map(({ text, code }) => `${code}: ${text}`)).toEqual([
      'undefined: its process was ended by SIGKILL; it is started anew',
      'line.open: its process ended with exit code 1; it is started anew: not there',
      'undefined: its process ended with exit code 2; it is not started anew: error: said last',
    ]);
    expect(told).toHaveLength(6);
    const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8');
    expect(journal.match(/"restarted"/g)).toHaveLength(2);
  });
});

describe('a session whose supervisor was killed', () => {
  it('tells what that had not told yet, and goes on telling', async () => {
    const folder = scratch();
    const [run, file] = [join(folder, 'run'), join(folder, 'told.jsonl')];
    mkdirSync(run);
    const known = linesOf([paused(1)]);
    writeFileSync(join(run, 'journal.jsonl'), known + linesOf([paused(2), paused(3)]));
    writeFileSync(join(run, 'notified.json'), JSON.stringify({ journal: known.length }));
    const settings = { command: `cat >> ${file}`, every_seconds: 0 };
    const event = { type: 'paused', text: 'cable 3', code: 'line.lost' } as const;
    const session = (supervisor: number) =>
      new Notifier(io({ OHMPROP_SUPERVISOR: `${supervisor}` }), settings);
    const begin = { type: 'session-started', run } as never;

    const alive = session(process.ppid);
    for (const one of [begin, event]) await alive.sink(one);
    await alive.parted();
    expect(told(file)).toEqual([]);

    // No process has this number.
    const orphan = session(2 ** 22 + 1);
    for (const one of [begin, event]) await orphan.sink(one);
    await orphan.sink({ type: 'failed', error: new Error('gone') });
    expect(
      told(file)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['cable 2', 'cable 3', 'gone']);
  });
});
