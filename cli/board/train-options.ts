import { type Command, InvalidArgumentError } from 'commander';
import { boardPresetFor } from '../../experiments/schema/board-presets.js';

/** Flags of `ohmprop train` that put it on a board. */
export interface BoardFlags {
  preset?: string;
  data?: string;
  device?: string;
  board?: string;
  parts?: string;
  partsSeed?: number;
  mismatch?: number;
  from?: string;
  dryRun?: boolean;
}

export function addBoardOptions(command: Command): Command {
  return command
    .option('--device <name>', 'train on a board: virtual, simulated-board, /dev/ttyUSB0, tcp://host:port')
    .option('--board <profile>', 'reference or xor-nano')
    .option('--parts <how>', 'parts of a simulated or virtual board: nominal or drawn (from the seed)')
    .option('--parts-seed <n>', "seed of its parts, if other than the run's", number)
    .option('--mismatch <x>', 'each of its potentiometers apart, uniform ±x', number)
    .option('--from <run>', 'start from the conductances of another run')
    .option('--dry-run', 'say what would be done, and do nothing');
}

/** The network that the flags describe; undefined where none of them is given. */
export function boardTree(flags: BoardFlags): Record<string, unknown> | undefined {
  const { device, board, parts, partsSeed, mismatch } = flags;
  const tree = { device, profile: board, parts, partsSeed, mismatch };
  return Object.values(tree).some((value) => value !== undefined) ? { kind: 'board', ...tree } : undefined;
}

/** The preset that is asked for, or the board's own for the data. */
export function presetForBoard(flags: BoardFlags): { preset?: string } {
  if (flags.preset !== undefined) return { preset: flags.preset };
  return boardTree(flags) === undefined ? {} : { preset: boardPresetFor(flags.data, flags.board) };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('needs a number.');
  return value;
}
