import type { BoardParts, BoardProfile } from '../../devices/boards/index.js';
import type { CircuitDrive } from './circuits.js';
import type { HeldOut, PotEstimate } from './measured-board.js';
import { Sensitivities } from './sensitivities.js';
import { Unknowns } from './unknowns.js';

/** What of a calibration foretells readings. */
export interface Predicting {
  readonly profile: BoardProfile;
  readonly parts: BoardParts;
  readonly pots: readonly PotEstimate[];
  readonly heldOut: HeldOut;
}

/** What nodes will read. Both [drives × nodes], hidden nodes first, V above the middle; NaN where nothing holds a node. */
export interface PredictedNodes {
  readonly reading_V: Float64Array;
  /** One standard deviation of reading − prediction, the noise of the reading in it. */
  readonly sigma_V: Float64Array;
}

/**
 * What the nodes of a calibrated board read, with how far off that may be: what is not known of each resistance there, and what
 * readings that were held out were off by beyond it.
 * @param taps of all pots @param drives inputs, and nudges where they do not rest, mV
 * @param closed pots that are closed; all where left out
 */
export function predictNodes(
  calibration: Predicting,
  taps: Uint8Array,
  drives: readonly CircuitDrive[],
  closed: readonly number[] = [...taps.keys()],
): PredictedNodes {
  const { profile, parts, pots, heldOut } = calibration;
  const nodes = profile.hidden + profile.outputs;
  const unknowns = new Unknowns(profile);
  const model = new Sensitivities(unknowns, parts, (pot) => unknowns.size + pot);
  const reading_V = new Float64Array(drives.length * nodes).fill(Number.NaN);
  const sigma_V = new Float64Array(drives.length * nodes).fill(Number.NaN);
  model.each({ closed, taps, drives }, (drive, node, reading, places, slopes, length) => {
    let variance = heldOut.rms_V ** 2;
    for (let i = 0; i < length; i++) {
      const pot = places[i] - unknowns.size;
      if (pot >= 0) variance += (slopes[i] * pots[pot].sigma[taps[pot] - profile.tapMin]) ** 2;
    }
    reading_V[drive * nodes + node] = reading;
    sigma_V[drive * nodes + node] = Math.sqrt(variance);
  });
  return { reading_V, sigma_V };
}
