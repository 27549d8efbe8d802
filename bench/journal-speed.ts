import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoardUse, drawParts, referenceBoard } from '../devices/boards/index.js';
import { BoardClient } from '../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../drivers/virtual-board/index.js';
import { LineBoard } from '../experiments/composition/index.js';
import { JournalLog } from '../records/index.js';
import { SolvedBoard } from '../solver/board/index.js';
import { machine } from './machine.js';

// What the journal of a run costs: `node dist/bench/journal-speed.js`. Board time, line included, is counted in cycles and is the same
// on every machine; what this machine takes for its disk is the best of five.

const parts = drawParts(referenceBoard, 1);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Board time of an update, ms. @param gain 0 changes no wiper */
async function update_ms(count: number, use: BoardUse, gain: number, journalled: boolean): Promise<number> {
  const virtual = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  const client = await BoardClient.open(new InProcessTransport(virtual), { use });
  const board = await LineBoard.open({ openClient: async () => client });
  const examples = {
    count,
    inputs_mV: Int16Array.from({ length: use.inputs * count }, (_, i) => ((i * 977) % 3500) - 1750),
    targets_mV: Int16Array.from({ length: use.outputs * count }, (_, i) => (i % 3 === 0 ? 150 : -150)),
  };
  let id = 0;
  const update = async () => {
    const taps = { id: ++id, gainHidden: gain, gainOutput: gain, clip: 4 };
    const nudges = { first: -768, second: 768 };
    if (!journalled) return client.step(examples, nudges, taps, false);
    await board.step(examples, nudges, taps, false);
    return board.tapsNow();
  };
  await board.readTaps();
  for (let n = 0; n < 3; n++) await update();
  const from = virtual.now_seconds;
  for (let n = 0; n < 20; n++) await update();
  const took = (1000 * (virtual.now_seconds - from)) / 20;
  await board.close();
  return took;
}

for (const [data, count, use] of [
  ['iris', 15, { inputs: 4, outputs: 3 }],
  ['xor', 4, { inputs: 2, outputs: 1 }],
] as const) {
  for (const gain of [343_597, 0]) {
    const [without, with_] = [
      await update_ms(count, use, gain, false),
      await update_ms(count, use, gain, true),
    ];
    say({
      minibatch: `${count} examples, as ${data} has them`,
      wipers: gain === 0 ? 'none moves' : 'move',
      without_ms: Number(without.toFixed(2)),
      with_ms: Number(with_.toFixed(2)),
      examplesPerSecond: [without, with_].map((ms) => Number(((1000 * count) / ms).toFixed(1))),
    });
  }
}

const folder = mkdtempSync(join(tmpdir(), 'ohmprop-journal-'));
try {
  const log = await JournalLog.open(join(folder, 'journal.jsonl'));
  const steps = Array.from({ length: referenceBoard.pots }, (_, e) => e - 40);
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const from = performance.now();
    for (let id = 1; id <= 100; id++) {
      await log.append({ kind: 'intent', id, epoch: 1, minibatch: id, hash: '00000000' }, { flush: true });
      await log.append(
        {
          kind: 'outcome',
          ...{ id, epoch: 1, minibatch: id, hash: '00000000', steps },
          ...{ readings: 'kept', trainer: {} },
        },
        { flush: false },
      );
    }
    best = Math.min(best, (performance.now() - from) / 100);
  }
  await log.close();
  say({ diskPerUpdate_ms: Number(best.toFixed(3)) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say(machine());
