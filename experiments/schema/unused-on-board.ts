import type { BoardConfig } from './board-config.js';
import type { ReadoutConfig } from './readout-config.js';
import type { RunConfig } from './run-config.js';
import { present, type UnusedSetting, unused } from './unused-setting.js';

/** What a board does by itself, or has not. */
export function unusedOnBoard(
  board: BoardConfig,
  { arithmetic, training, settle, readout }: RunConfig,
): UnusedSetting[] {
  const { nudged, evaluation, ...free } = settle;
  const settles = 'a board settles by itself; nothing iterates';
  return [
    ...(arithmetic === 'float32'
      ? []
      : unused('arithmetic', 'a board is no float32 or float64 simulation; leave it out')),
    ...([training.biasRates].flat().every((rate) => rate === 0)
      ? []
      : unused('training.biasRates', 'a board has no bias currents; leave it out, or set it to 0')),
    ...readoutOnBoard(readout),
    ...present('settle', free, settles),
    ...present('settle.nudged', nudged, settles),
    ...present('settle.evaluation', evaluation, settles),
    ...unusedParts(board),
    ...unusedPatience(board),
  ];
}

/** A board has converters of its own. */
function readoutOnBoard(readout: ReadoutConfig | undefined): UnusedSetting[] {
  if (readout === undefined) return [];
  const { difference, ...others } = readout;
  return present(
    'readout',
    { ...others, ...(difference ? { difference } : {}) },
    'a board reads and drives by its own converters; network.reads says how often it reads, network.parts what they are like',
  );
}

function unusedPatience({
  device,
  profile,
  boardPatience,
  watchdog,
  middleBand,
  checkEvery,
  mask,
}: BoardConfig): UnusedSetting[] {
  if (!solved(device)) {
    if (!profile.startsWith('xor-nano')) return [];
    return present('network', { middleBand }, 'an xor-nano board does not measure its middle potential');
  }
  return present(
    'network',
    { boardPatience, watchdog, middleBand, checkEvery, mask },
    'a simulated board is on no line: it is never silent or gone',
  );
}

/** Without firmware or a line. */
const solved = (device: string): boolean => device === 'simulated-board' || device.startsWith('twin:');

function unusedParts({
  device,
  parts,
  partsSeed,
  mismatch,
  reads,
  calibration,
}: BoardConfig): UnusedSetting[] {
  const drawn = { partsSeed, mismatch };
  if (device === 'simulated-board' || device.startsWith('twin:')) {
    const why =
      device === 'simulated-board'
        ? 'a simulated board has the parts that it is given'
        : 'a twin is made of its own';
    const own = present('network', { calibration }, `${why}; leave it out`);
    if (own.length > 0) return own;
  }
  if (device !== 'simulated-board' && device !== 'virtual') {
    const own = `${device} has the parts that it has; only simulated and virtual boards are given any`;
    const asked = parts === 'drawn' ? drawn : { parts, ...drawn };
    return present('network', asked, own);
  }
  if (parts === 'drawn') return [];
  return [
    ...present('network', drawn, 'nominal parts are as data sheets say; network.parts=drawn draws them'),
    ...present('network', { reads }, 'nominal parts are read without noise, once as well as often'),
  ];
}
