import { afterEach, expect, it } from 'vitest';
import { type ComposedRun, composeRun } from '../../experiments/composition/index.js';
import { readConfig } from '../../experiments/schema/index.js';

let run: ComposedRun | undefined;
afterEach(async () => {
  await run?.composition.device.close();
  run = undefined;
});

/** As an evaluation settles at once. */
const BATCH = 100;

/** Two minibatches of 4, then far more samples at once: memory grows in between. */
it.each(['drn-xs', 'drn-1h', 'drn-2h', 'drn-3h'])('%s trains, and answers a batch of 100', async (preset) => {
  const config = await readConfig({
    preset,
    flags: { data: 'digits', limit: 8, training: { epochs: 1 } },
  });
  run = await composeRun(config);
  const { trainer, composition, coder, dataSet } = run;
  const { device } = composition;
  const before = await device.readParameters();
  for await (const event of trainer.run()) {
    if (event.type === 'minibatch' && event.done === event.total) break;
  }
  expect(trainer.state.updates).toBe(2);
  const after = await device.readParameters();
  for (const { name, min, max } of device.info.groups) {
    const slack = device.info.tolerances.parameter * Math.max(Math.abs(min), Math.abs(max));
    let moved = 0;
    let outside = 0;
    for (const [e, value] of after[name].entries()) {
      if (value !== before[name][e]) moved++;
      if (!(value >= min - slack && value <= max + slack)) outside++;
    }
    expect(moved, name).toBeGreaterThan(0);
    expect(outside, name).toBe(0);
  }
  const inputs = new Float64Array(BATCH * device.info.inputs);
  coder.encodeInputs(
    dataSet.test,
    Array.from({ length: BATCH }, (_, s) => s),
    inputs,
  );
  const rest = await device.settle({ batch: BATCH, inputs });
  expect(rest.status).toBe('settled');
  const outputs = rest.outputs();
  expect(outputs).toHaveLength(BATCH * dataSet.classes);
  expect(outputs.every(Number.isFinite)).toBe(true);
});
