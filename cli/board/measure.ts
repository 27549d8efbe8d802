import type { Command } from 'commander';
import { inputError } from '../../core/index.js';
import { nominalResistance_ohm } from '../../devices/boards/index.js';
import { PotMeter } from '../../drivers/board/index.js';
import { csvText } from '../../records/tables/index.js';
import { writeCsv, writeFigure } from '../cell/output.js';
import { decimal } from '../flags.js';
import type { Io } from '../io.js';
import { boardMapFigure, potSweepFigure } from './figures.js';
import { addVirtualOptions, lineTo, type VirtualFlags, withBoard } from './open-board.js';

export function mapCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .requiredOption('--out <file>', 'figure, .svg or .png')
    .action(async (port: string, flags: VirtualFlags & { out: string }) => {
      await withBoard(io, lineTo(port, flags), {}, async (client) => {
        const { profile, use } = client;
        const { taps } = await client.readTaps();
        const title = `${profile.name} board ${client.identity}`;
        await writeFigure(io, flags.out, boardMapFigure(profile, use, taps, { title }));
      });
    });
}

interface SweepFlags extends VirtualFlags {
  pot: number;
  points: number;
  out?: string;
  plot?: string;
}

export function sweepCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .requiredOption('--pot <n>', 'which', decimal)
    .option('--points <n>', 'taps to measure', decimal, 24)
    .option('--out <file>', 'CSV')
    .option('--plot <file>', 'figure, .svg or .png')
    .action(async (port: string, flags: SweepFlags) => {
      if (!Number.isInteger(flags.points) || flags.points < 2) {
        throw inputError('board.points', `--points ${flags.points}: at least 2 taps make a sweep`);
      }
      await withBoard(io, lineTo(port, flags), { keepsTaps: true }, async (client) => {
        const { tapMin, tapMax } = client.profile;
        const { points, pot } = flags;
        // Conductance goes as one over the tap: equal ratios, not equal steps.
        const ratio = (tapMax / tapMin) ** (1 / (points - 1));
        const taps = [...new Set(Array.from({ length: points }, (_, i) => Math.round(tapMin * ratio ** i)))];
        const measured = await new PotMeter(client).conductances_S(pot, taps);
        const rows = taps.map((tap, i) => [tap, measured[i], 1 / nominalResistance_ohm(client.profile, tap)]);
        const names = ['tap', 'measured_S', 'nominal_S'];
        if (flags.out === undefined) {
          io.stdout.write(csvText(names, rows));
        } else await writeCsv(io, flags.out, names, rows);
        if (flags.plot !== undefined) {
          const nominal_S = rows.map((row) => row[2]);
          const figure = potSweepFigure(
            { taps, measured_S: measured, nominal_S },
            { title: `potentiometer ${pot}` },
          );
          await writeFigure(io, flags.plot, figure);
        }
      });
    });
}
