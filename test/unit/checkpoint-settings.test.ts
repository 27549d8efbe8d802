import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../experiments/schema/index.js';
import { changedSettings, settings } from '../../experiments/sessions/settings.js';

const plain = {
  data: 'xor',
  network: { kind: 'resistive', hidden: [4], inputGain: 4 },
  training: { beta: 0.3, batch: 4, epochs: 1, conductanceRates: [0.05], biasRates: [0.05] },
};
const config = checkConfig(plain, 'test');

describe('settings of a checkpoint', () => {
  it('that is older than a key are its default', () => {
    const { relaxedSimd: _, ...older } = settings(config);
    expect(changedSettings(config, older)).toEqual([]);
    expect(changedSettings({ ...config, relaxedSimd: true }, older)).toEqual([
      'relaxedSimd is true, the checkpoint was trained with false',
    ]);
  });

  it('are told where they differ, but for the numbers of epochs and threads', () => {
    // As older checkpoints have it.
    const threads = { threads: '"auto"' };
    expect(changedSettings({ ...config, threads: 2 }, { ...settings(config), ...threads })).toEqual([]);
    const saved = settings({ ...config, seed: 5, threads: 2, training: { ...config.training, epochs: 9 } });
    expect(changedSettings(config, saved)).toEqual(['seed is 1, the checkpoint was trained with 5']);
  });
});
