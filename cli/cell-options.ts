import { type Command, InvalidArgumentError } from 'commander';

/** Flags of commands that put a network's conductances into cells. */
export interface CellFlags {
  cells?: string;
  states?: number;
  policy?: string;
  pairing?: string;
  deadZone?: number;
  d2d?: number;
  c2c?: number;
  c2cRange?: number;
  writeNoise?: number;
  readNoise?: number;
  stuck?: number;
  drift?: number;
  driftSpread?: number;
  driftT0Seconds?: number;
  relaxation?: boolean;
  updateSeconds?: number;
  converterBits?: number;
  pulseLog?: string;
}

export function addCellOptions(command: Command): Command {
  return command
    .option('--cells <model>', 'conductances in cells: a preset of "ohmprop cell list", or table:FILE.csv')
    .option('--states <n>', 'pulses from end to end of linear cells (1000)', decimal)
    .option('--policy <name>', 'exact, proportional, sign, accumulate or verify')
    .option('--pairing <name>', 'single, or differential pairs of cells')
    .option('--dead-zone <x>', 'policy sign: changes below so many steps give no pulse', decimal)
    .option('--d2d <x>', "σ of each cell's step, relative", decimal)
    .option('--c2c <x>', "σ of one pulse's step, relative to that step", decimal)
    .option('--c2c-range <x>', 'σ that a pulse adds, of the range', decimal)
    .option('--write-noise <x>', 'σ of what a write leaves on top of the state, of the range', decimal)
    .option('--read-noise <x>', 'σ of each read, relative; drawn anew in every phase', decimal)
    .option('--stuck <x>', 'share of cells that never move', decimal)
    .option('--drift <x>', "drift since a cell's last write: mean exponent ν of ((t + t₀)/t₀)^−ν", decimal)
    .option('--drift-spread <x>', 'σ of the exponent from cell to cell (0)', decimal)
    .option('--drift-t0-seconds <s>', 't₀ of the drift (1)', decimal)
    .option('--relaxation', "relaxation after a write as measured on ReRAM, scaled to the cell's range")
    .option('--update-seconds <s>', 'time from update to update, for drift and relaxation (1)', decimal)
    .option('--converter-bits <n>', 'bits of the converter that reads the cells', decimal)
    .option('--pulse-log <file>', 'CSV of every pulse: update, group, row, column, polarity, count');
}

/** The flags as a part of the configuration; undefined where none was given. Any of them means cells. */
export function cellTree(flags: CellFlags): Record<string, unknown> | undefined {
  const { cells, converterBits, states, policy, pairing, deadZone, d2d, c2c, c2cRange } = flags;
  const drift = { exponent: flags.drift, spread: flags.driftSpread, t0_s: flags.driftT0Seconds };
  const tree = {
    model: cells,
    states,
    policy,
    pairing,
    deadZone,
    d2d,
    c2c,
    c2cRange,
    writeNoise: flags.writeNoise,
    readNoise: flags.readNoise,
    stuck: flags.stuck,
    drift: Object.values(drift).some((value) => value !== undefined) ? drift : undefined,
    relaxation: flags.relaxation,
    update_s: flags.updateSeconds,
    converter: converterBits === undefined ? undefined : { bits: converterBits },
    pulseLog: flags.pulseLog,
  };
  return Object.values(tree).some((value) => value !== undefined) ? tree : undefined;
}

function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('needs a number.');
  return value;
}
