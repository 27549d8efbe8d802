import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { bare, ended, forSeconds, ofShare } from '../../cli/emulator-orders.js';
import type { Io } from '../../cli/io.js';

it('orders on stdin take times and shares with units; what is none changes nothing, and is said', async () => {
  const done: [string, number?][] = [];
  const stdin = new PassThrough();
  let said = '';
  const stderr = { write: (text: string) => (said += text) };
  const over = ended({ stdin, stderr } as unknown as Io, {
    stall: forSeconds((s) => done.push(['stall', s])),
    drop: ofShare((p) => done.push(['drop', p])),
    reset: bare(() => done.push(['reset'])),
  });
  const wrong = [
    'stall',
    'stall x',
    'stall -1',
    'stall 2V',
    'drop 2',
    'drop 150%',
    'reset now',
    'rest',
    'toString',
  ];
  stdin.write(`${['stall 200ms', ...wrong, '', 'stall 2', 'drop 0.1%', 'reset', 'quit'].join('\n')}\n`);
  await over;
  expect(done).toEqual([['stall', 0.2], ['stall', 2], ['drop', 0.001], ['reset']]);
  const lines = said.trim().split('\n');
  expect(lines).toHaveLength(wrong.length);
  expect(lines[0]).toBe('stall: needs a time from 0 s to a day, for instance 2s');
  expect(lines[2]).toMatch(/^stall: needs a time .*, got "-1"/);
  expect(lines[3]).toMatch(/^stall: .*2V/);
  expect(lines[5]).toMatch(/^drop: needs a share from 0 to 1, for instance 0.1%, got "150%"/);
  expect(lines[6]).toMatch(/^reset: takes nothing, got "now"/);
  expect(lines[8]).toBe('"toString" is not one of stall, drop, reset, quit');
});
