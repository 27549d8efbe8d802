import type { Command } from 'commander';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { type BoardProfile, nominalResistance_ohm } from '../../devices/boards/index.js';
import { RecordingTransport } from '../../drivers/transport/index.js';
import { columnOf, csvText, placeIn, readNumericTable } from '../../records/tables/index.js';
import type { Io } from '../io.js';
import { addVirtualOptions, lineTo, type VirtualFlags, withBoard } from './open-board.js';
import { selftest } from './selftest.js';

export function readCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .action(async (port: string, flags: VirtualFlags) => {
      await withBoard(io, lineTo(port, flags), {}, async (client) => {
        const { taps, residuals } = await client.readTaps();
        const rows = Array.from(taps, (tap, pot) => {
          const nominal_S = 1 / nominalResistance_ohm(client.profile, tap);
          return [pot, tap, (residuals[pot] / 256).toFixed(3), nominal_S.toExponential(5)];
        });
        io.stdout.write(csvText(['pot', 'tap', 'residual_tap', 'nominal_S'], rows));
      });
    });
}

export function writeCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', '/dev/ttyUSB0, tcp://host:port')
    .argument('<taps...>', '5=128 6=40, or file.csv')
    .action(async (port: string, words: string[], flags: VirtualFlags) => {
      await withBoard(io, lineTo(port, flags), {}, async (client) => {
        const wanted = await requestedTaps(words, client.profile);
        const state = await client.readTaps();
        for (const [pot, tap] of wanted) {
          state.taps[pot] = tap;
          state.residuals[pot] = 0;
        }
        const pots = [...wanted.keys()].sort((a, b) => a - b);
        await client.writeTaps(state, pots);
        io.stderr.write(`${wanted.size} potentiometers set\n`);
      });
    });
}

async function requestedTaps(words: readonly string[], profile: BoardProfile): Promise<Map<number, number>> {
  const wanted = new Map<number, number>();
  const set = (where: string, pot: number, tap: number) => {
    if (!Number.isInteger(pot) || pot < 0 || pot >= profile.pots) {
      throw inputError(
        'board.pot',
        `${where}: a ${profile.name} board has pots 0 … ${profile.pots - 1}, got ${pot}`,
      );
    }
    if (!Number.isInteger(tap) || tap < profile.tapMin || tap > profile.tapMax) {
      throw inputError(
        'board.tap',
        `${where}: taps go from ${profile.tapMin} to ${profile.tapMax}, got ${tap} for pot ${pot}`,
      );
    }
    if (wanted.has(pot)) {
      throw inputError('board.taps', `${where}: pot ${pot} is given twice; name each pot once`);
    }
    wanted.set(pot, tap);
  };
  for (const word of words) {
    const pair = /^(\d+)=(\d+)$/.exec(word);
    if (pair !== null) {
      set(word, Number(pair[1]), Number(pair[2]));
      continue;
    }
    const bytes = await readRegularFile(word, { most_bytes: 2 ** 24 }).catch((cause: Error) => {
      throw inputError('board.taps', `${word}: write pot=tap, or name a CSV file (${cause.message})`, cause);
    });
    const code = 'board-taps';
    const table = readNumericTable(bytes, { file: word, code, remarks: 'anywhere' });
    const pots = columnOf(table, 'pot', code).values;
    const taps = columnOf(table, 'tap', code).values;
    for (const [i, line] of table.lines.entries()) set(placeIn(word, line), pots[i], taps[i]);
  }
  return wanted;
}

export function recordCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .argument('<file>', 'transcript')
    .action(async (port: string, file: string, flags: VirtualFlags) => {
      // A fixed session number, so that a replay can say the same.
      const line = new RecordingTransport(lineTo(port, flags), file);
      await withBoard(io, line, { session: 1 }, async (client) => {
        await selftest(client, () => {});
      });
      io.stderr.write(`${file}\n`);
    });
}
