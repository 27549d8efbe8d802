import type { RunConfigInput } from './run-config.js';

/**
 * Runs on a learning board. Here `beta` is k, the nudge in volts a volt of error; `conductanceRates` is L, taps of a
 * 10 kΩ potentiometer a V² of contrast; both as the board's own rule has them (firmware/PROTOCOL.md).
 */
function onBoard(options: {
  data: string;
  profile: 'reference' | 'xor-nano';
  k: number;
  epochs: number;
  batch: number;
  rateDecay: number;
}): RunConfigInput {
  const { data, profile, k, epochs, batch, rateDecay } = options;
  return {
    data,
    network: { kind: 'board', device: 'simulated-board', profile },
    training: {
      estimator: 'centered',
      beta: k,
      batch,
      epochs,
      conductanceRates: 300,
      biasRates: 0,
      rateDecay,
    },
  };
}

/** Presets of runs on a learning board; on its simulated twin until `--device` names another. */
export const boardPresets: Readonly<Record<string, RunConfigInput>> = {
  'board-xor': {
    ...onBoard({ data: 'xor', profile: 'reference', k: 3, epochs: 200, batch: 4, rateDecay: 0.99 }),
    // Two values a feature: the whole of the input range.
    coding: { input: { scale: 'range', low: -1.75, high: 1.75 } },
  },
  'board-iris': onBoard({
    data: 'iris',
    profile: 'reference',
    k: 3,
    epochs: 150,
    batch: 15,
    rateDecay: 0.983,
  }),
  'nano-xor': onBoard({ data: 'xor', profile: 'xor-nano', k: 5, epochs: 1000, batch: 4, rateDecay: 0.999 }),
};

/** The preset for data on a board, when none is named. */
export function boardPresetFor(data: string | undefined, profile: string | undefined): string {
  if (profile?.startsWith('xor-nano')) return 'nano-xor';
  return data !== undefined && `board-${data}` in boardPresets ? `board-${data}` : 'board-iris';
}
