import {
  type BoardDrive,
  type BoardProfile,
  type HeldBoard,
  readingUnit_V,
  restDrive,
} from '../../../devices/boards/index.js';

/**
 * What all nodes in use read under each drive, V above the middle. Between two drives and afterwards, also where it fails, inputs and
 * nudges are at rest.
 * @returns [drives × nodes in use]
 */
export async function readDriven(
  board: HeldBoard,
  drives: readonly BoardDrive[],
  told: (drive: number) => void = () => {},
): Promise<Float64Array> {
  const { profile, use } = board;
  const nodes = profile.hidden + use.outputs;
  const rest = restDrive(profile, use);
  const readings_V = new Float64Array(drives.length * nodes);
  try {
    for (const [d, { inputs_mV, nudges_mV }] of drives.entries()) {
      await board.setInputs(inputs_mV, nudges_mV);
      const read = await board.readNodes();
      await board.setInputs(rest.inputs_mV, rest.nudges_mV);
      for (let n = 0; n < nodes; n++) readings_V[d * nodes + n] = read[n] * readingUnit_V;
      told(d);
    }
  } catch (error) {
    await board.setInputs(rest.inputs_mV, rest.nudges_mV).catch(() => {});
    throw error;
  }
  return readings_V;
}

/** Noise of one reading, V rms: of its conversions, and what a converter's steps leave. */
export function readingNoise_V({ reader, reads }: BoardProfile, conversions = reads): number {
  return Math.hypot(
    reader.noise_V / Math.sqrt(conversions),
    reader.step_V / Math.sqrt(12),
    readingUnit_V / 2,
  );
}
