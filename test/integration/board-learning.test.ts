import { describe, expect, it } from 'vitest';
import { type ComposedRun, composeRun } from '../../experiments/composition/index.js';
import { boardPresets } from '../../experiments/schema/index.js';

type Config = Parameters<typeof composeRun>[0];
type Network = Extract<Config['network'], { kind: 'board' }>;

/** A run as `ohmprop train --device …` composes it. */
function compose(
  preset: string,
  seed: number,
  network: Partial<Network>,
  epochs?: number,
): Promise<ComposedRun> {
  const base = boardPresets[preset] as Config;
  return composeRun({
    ...base,
    seed,
    arithmetic: 'float64',
    network: { clip: 4, updates: 'board', parts: 'drawn', ...base.network, ...network } as Network,
    training: { ...base.training, particles: false, epochs: epochs ?? base.training.epochs },
    settle: {},
  });
}

async function train(run: ComposedRun): Promise<number> {
  let error = 1;
  for await (const event of run.trainer.run()) if (event.type === 'epoch') error = event.record.testError;
  return error;
}

/** Least distance of an answer from the boundary between the classes, on the right side, mV. */
async function margin_mV({ dataSet, coder, trainer }: ComposedRun): Promise<number> {
  const { train: samples } = dataSet;
  const inputs = new Float64Array(samples.count * samples.features);
  coder.encodeInputs(
    samples,
    Uint32Array.from({ length: samples.count }, (_, s) => s),
    inputs,
  );
  const v = (await trainer.device.settle({ batch: samples.count, inputs })).outputs();
  const { off, on } = coder.coding.target;
  return 1000 * Math.min(...v.map((out, s) => (samples.labels[s] === 1 ? 1 : -1) * (out - (off + on) / 2)));
}

/** A quarter of the swing of the targets. */
const learned_mV = 37;

// A few boards of each kind, whatever of them fails; shares of many boards are of `npm run bench -- board-learning`.
describe('boards learn', () => {
  it('XOR on a virtual board, updates by its firmware', async () => {
    const run = await compose('board-xor', 4, { device: 'virtual' }, 60);
    expect(await train(run)).toBe(0);
    expect(await margin_mV(run)).toBeGreaterThan(learned_mV);
    await run.trainer.device.close();
  });

  it('XOR on a virtual board, updates worked out by the host', async () => {
    const run = await compose('board-xor', 4, { device: 'virtual', updates: 'host' }, 45);
    expect(await train(run)).toBe(0);
    expect(await margin_mV(run)).toBeGreaterThan(learned_mV);
    await run.trainer.device.close();
  });

  it('XOR on eight simulated boards, 200 passes', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const run = await compose('board-xor', seed, {});
      await train(run);
      expect(await margin_mV(run), `board ${seed}`).toBeGreaterThan(learned_mV);
    }
  });

  it('iris on two simulated boards, 45 flowers held out', async () => {
    const right: number[] = [];
    for (let seed = 1; seed <= 2; seed++)
      right.push(1 - (await train(await compose('board-iris', seed, {}))));
    expect(Math.min(...right)).toBeGreaterThanOrEqual(0.9);
    expect(right.reduce((sum, r) => sum + r) / right.length).toBeGreaterThanOrEqual(0.94);
  });

  it('iris on a virtual board: a few passes already tell most flowers', async () => {
    const run = await compose('board-iris', 1, { device: 'virtual' }, 5);
    expect(await train(run)).toBeLessThan(0.25);
    await run.trainer.device.close();
  });

  it('a virtual board and its twin learn alike: same parts, same seed', async () => {
    const board = await compose('board-xor', 3, { device: 'virtual' }, 15);
    const twin = await compose('board-xor', 3, {}, 15);
    await train(board);
    await train(twin);
    const [b, t] = [await margin_mV(board), await margin_mV(twin)];
    expect(Math.abs(b - t)).toBeLessThan(15);
    await board.trainer.device.close();
  });

  it('XOR on the published 6-2-2 board, virtual, its profile of the firmware: all right after 150 passes', async () => {
    const run = await compose('nano-xor', 2, { device: 'virtual' }, 150);
    expect(await train(run)).toBe(0);
    expect(await margin_mV(run)).toBeGreaterThan(0);
    await run.trainer.device.close();
  });

  it('XOR on four simulated boards of that kind', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const run = await compose('nano-xor', seed, {});
      await train(run);
      expect(await margin_mV(run), `board ${seed}`).toBeGreaterThan(learned_mV);
    }
  });
});

describe('two trainings in one process', () => {
  it('do not meet: board by board the taps of trainings alone', async () => {
    const open = () => [
      compose('board-xor', 3, { device: 'virtual' }, 4),
      compose('nano-xor', 5, { device: 'virtual' }, 4),
      compose('board-xor', 6, {}, 4),
    ];
    const taps = async ({ trainer }: ComposedRun) => (await trainer.device.snapshot()).arrays.taps;
    const alone = [];
    for (const run of await Promise.all(open())) {
      await train(run);
      alone.push(await taps(run));
      await run.trainer.device.close();
    }
    const together = await Promise.all(open());
    await Promise.all(together.map(train));
    expect(await Promise.all(together.map(taps))).toEqual(alone);
    await Promise.all(together.map((run) => run.trainer.device.close()));
  });
});

describe('potentiometers that differ by ±50 %', () => {
  it('a solution of nominal parts fails on several boards; 25 passes in the loop repair every one', async () => {
    const nominal = await compose('board-xor', 1, { parts: 'nominal' });
    await train(nominal);
    const state = await nominal.trainer.device.snapshot();
    let failed = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const board = await compose('board-xor', seed, { mismatch: 0.5, partsSeed: 1000 + seed }, 25);
      await board.trainer.device.restore({ ...state, values: { ...state.values, lastUpdate: 0 } });
      if ((await margin_mV(board)) <= learned_mV) failed++;
      await train(board);
      expect(await margin_mV(board), `board ${seed}`).toBeGreaterThan(learned_mV);
    }
    expect(failed).toBeGreaterThanOrEqual(3);
  });
});

describe('what does not fit a board', () => {
  it('data with too many features or classes is refused before anything is opened', async () => {
    const digits = compose('board-iris', 1, { device: '/dev/ttyNOTHERE' });
    await expect(digits).rejects.toThrow(/ttyNOTHERE/);
    const base = boardPresets['board-iris'] as Config;
    const config = { ...base, data: 'digits', seed: 1, arithmetic: 'float64' as const, settle: {} };
    const network = {
      ...base.network,
      device: '/dev/ttyNOTHERE',
      clip: 4,
      updates: 'board',
      parts: 'drawn',
    } as Network;
    const refused = composeRun({ ...config, network, training: { ...base.training, particles: false } });
    await expect(refused).rejects.toThrow(/256 features and 10 classes do not fit a reference board/);
  });
});
