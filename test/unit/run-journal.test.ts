import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runError } from '../../core/index.js';
import type { HardwareLine, HeldWipers } from '../../experiments/composition/index.js';
import { RunJournal } from '../../experiments/sessions/run-journal.js';
import type { TrainerState } from '../../learning/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const before: TrainerState = {
  epoch: 1,
  minibatch: 6,
  updates: 7,
  tally: { samples: 12, errors: 3, cost: 0.5, settlings: 24 } as unknown as TrainerState['tally'],
};
/** With the answers to minibatch 7 counted. */
const after: TrainerState = { ...before, minibatch: 7, updates: 8, tally: { ...before.tally } };
const held: HeldWipers = {
  serial: 'V0000001',
  boots: 1,
  update: 7,
  taps: Uint8Array.of(100, 120, 140),
  residuals: Int16Array.of(0, 0, 0),
};
const moved: HeldWipers = { ...held, update: 8, taps: Uint8Array.of(101, 120, 139) };

/** A board that has carried out update 8, and whose line went before its wipers could be read. */
async function lostAfter(name: string, { answered }: { answered: boolean }) {
  const path = join(folder, name);
  let now = held;
  const line = {
    clip: 4,
    held: async () => now,
    tapsNow: async () => {
      throw runError('line.lost', 'no answer');
    },
  } as unknown as HardwareLine;
  const standing = { trainer: before, taps: held, update: 7, serial: held.serial };
  const journal = await RunJournal.open({ journal: path }, line, standing);
  await journal.intend({ type: 'update-intended', id: 8, epoch: 1, minibatch: 7 } as never, before);
  now = moved;
  if (answered) await expect(journal.applied(after)).rejects.toMatchObject({ code: 'line.lost' });
  const lines = async () => {
    await journal.close();
    const text = readFileSync(path, 'utf8').trim().split('\n');
    return text.map((row) => JSON.parse(row));
  };
  return { journal, lines };
}

it('an update whose answers came counts them, though its wipers could be read only later', async () => {
  const { journal, lines } = await lostAfter('answered.jsonl', { answered: true });
  const found = await journal.compare();
  expect(found).toMatchObject({ how: 'carried-out', update: 8, taps: { taps: moved.taps } });
  expect(found.trainer).toBe(after);
  expect(found.text).toMatch(/carried out update 8; nothing of it is lost/);
  await journal.goesOnAs(found);
  const [intent, outcome, holds] = await lines();
  expect(intent).toMatchObject({ kind: 'intent', id: 8 });
  expect(outcome).toMatchObject({ kind: 'outcome', id: 8, readings: 'kept', steps: [256, 0, -256] });
  expect(holds).toMatchObject({ kind: 'held', update: 8, taps: [101, 120, 139] });
});

it('one whose answers did not come is counted without them', async () => {
  const { journal, lines } = await lostAfter('unanswered.jsonl', { answered: false });
  const found = await journal.compare();
  expect(found).toMatchObject({ how: 'carried-out', trainer: { minibatch: 7, updates: 8 } });
  expect(found.text).toMatch(/its answers to that minibatch are lost/);
  await journal.goesOnAs(found);
  expect((await lines())[1]).toMatchObject({ kind: 'outcome', id: 8, readings: 'lost' });
});
