import type { BoardConfig } from './board-config.js';
import type { CellsConfig } from './cells-config.js';
import { deviceNamesKnown } from './choices.js';
import { isInstrument } from './instrument-cells-config.js';
import type { RunConfig } from './run-config.js';
import { type UnusedSetting, unused } from './unused-setting.js';

/** A seed of hardware of which nothing is drawn. */
export function unusedHardwareSeed(config: RunConfig): UnusedSetting[] {
  if (config.hardwareSeed === undefined) return [];
  const { network } = config;
  const why =
    network.kind === 'board'
      ? sameBoard(network)
      : network.kind === 'device'
        ? sameDevice(network.device)
        : sameNetwork(config);
  return why === undefined ? [] : unused('hardwareSeed', why);
}

function sameBoard({ device, parts }: BoardConfig): string | undefined {
  if (device.startsWith('twin:')) return undefined;
  if (device !== 'simulated-board' && device !== 'virtual') return `${device} is the board that it is`;
  return parts === 'drawn'
    ? undefined
    : 'nominal parts are as data sheets say, without noise; network.parts=drawn draws them';
}

function sameDevice(device: string): string | undefined {
  return deviceNamesKnown.get(device)?.settlesItself === true
    ? `${device} draws nothing but its start, which goes by seed`
    : undefined;
}

function sameNetwork({ cells, readout }: RunConfig): string | undefined {
  if (readout?.noise_V || readout?.offsetSpread_V || readout?.gainSpread) return undefined;
  if (cells === undefined)
    return 'nothing of this hardware is drawn: its conductances are ideal, and its nodes read without noise or spread; --cells, --node-noise and their like say what differs';
  return sameCells(cells);
}

/** What makes one cell differ from the next, or one read or write. */
const drawn = ['d2d', 'c2c', 'c2cRange', 'writeNoise', 'readNoise', 'stuck'] as const;
/** Policies that draw how wanted changes become whole pulses. */
const drawing: readonly string[] = ['proportional'];

function sameCells(cells: CellsConfig): string | undefined {
  const { model, policy, telegraph, drift, relaxation } = cells;
  if (isInstrument(model)) return 'cells behind an instrument are those that they are';
  // Published and measured cells have spreads of their own.
  if (model !== 'linear' || drawing.includes(policy)) return undefined;
  const differs = drawn.some((key) => cells[key]) || telegraph !== undefined || relaxation || drift?.spread;
  return differs
    ? undefined
    : 'these linear cells are all alike, and read and written without noise; cells.d2d, cells.stuck and their like say how they differ';
}
