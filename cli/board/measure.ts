import type { Command } from 'commander';
import { inputError } from '../../core/index.js';
import { nominalCalibration, nominalResistance_ohm, potGroups } from '../../devices/boards/index.js';
import { PotMeter } from '../../drivers/board/index.js';
import { csvText } from '../../records/tables/index.js';
import { type FigureSpec, heatMap } from '../../report/index.js';
import { writeCsv, writeFigure } from '../cell/output.js';
import { decimal } from '../flags.js';
import type { Io } from '../io.js';
import { addVirtualOptions, lineTo, type VirtualFlags, withBoard } from './open-board.js';

export function mapCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .requiredOption('--out <file>', 'figure, .svg or .png')
    .action(async (port: string, flags: VirtualFlags & { out: string }) => {
      await withBoard(io, lineTo(port, flags), {}, async (client) => {
        const { profile, use } = client;
        const { taps } = await client.readTaps();
        // One picture: sources and hidden nodes as rows, hidden nodes and outputs as columns; no pot is grey.
        const rows = profile.sources + profile.hidden;
        const columns = profile.hidden + profile.outputs;
        const values = new Float64Array(rows * columns).fill(Number.NaN);
        for (const group of potGroups(profile, use, nominalCalibration(profile))) {
          for (const e of group.pots) {
            const at = profile.from(e) * columns + profile.to(e) - profile.sources;
            values[at] = 1 / nominalResistance_ohm(profile, taps[e]);
          }
        }
        await writeFigure(
          io,
          flags.out,
          heatMap({
            values,
            rows,
            columns,
            quantity: 'conductance',
            unit: 'S',
            title: `${profile.name} board ${client.identity}`,
            rowName: 'source, then hidden node',
            columnName: 'hidden node, then output',
            scale: 'log',
            // The same colours on every board; one that has learned nothing has one conductance everywhere.
            domain: [
              1 / nominalResistance_ohm(profile, profile.tapMax),
              1 / nominalResistance_ohm(profile, profile.tapMin),
            ],
          }),
        );
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
        if (flags.plot !== undefined) await writeFigure(io, flags.plot, sweepFigure(rows, pot));
      });
    });
}

function sweepFigure(rows: readonly number[][], pot: number): FigureSpec {
  const values = rows.flatMap(([tap, measured, nominal]) => [
    { tap, conductance_uS: 1e6 * measured, which: 'measured' },
    { tap, conductance_uS: 1e6 * nominal, which: 'data sheet' },
  ]);
  return {
    title: `potentiometer ${pot}`,
    width: 420,
    height: 280,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'tap', type: 'quantitative', scale: { type: 'log' }, title: 'tap' },
      y: { field: 'conductance_uS', type: 'quantitative', scale: { type: 'log' }, title: 'conductance, µS' },
      color: {
        field: 'which',
        type: 'nominal',
        title: null,
        scale: { domain: ['measured', 'data sheet'], range: ['#0072b2', '#999999'] },
      },
    },
  };
}
