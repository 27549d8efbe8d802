import { z } from 'zod';
import { formatQuantity, inputError, type PulsesDrive, type PulseTrain } from '../../core/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import { checkCount, checkPulse, type Permit } from '../../devices/limits/index.js';
import { csvText } from '../../records/tables/index.js';
import { pulseFigure } from '../cell/figures.js';
import { drives } from '../cell/options.js';
import { requireConsent, yesOption } from '../consent.js';
import { type Answer, defineCommand, type OptionsOf, quantity } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { readVoltage_V, withCells } from './drive-cells.js';
import { cell, drivenLine } from './options.js';
import { provenanceLines } from './provenance.js';

const options = z.strictObject({
  ...drivenLine,
  cell,
  drive: drives(['pulses'], 'trains of pulses, amplitude, width and count of each'),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage (0.1 V, or maxRead_V where that is less)',
  }),
  yes: yesOption,
});

export const pulseCommand = defineCommand({
  options,
  outputs: { '.csv': 'conductance after each pulse' },
  draws: 'the trains',
  examples: [
    'ohmprop instrument pulse smu:tcp://192.168.1.5:5025 --drive pulses:+1.2V,2ms,50/-1.3V,2ms,50 --limits my.limits.yaml -o train.csv',
    'ohmprop instrument pulse smu:/dev/ttyUSB0 --drive pulses:0.8V,5ms,10 --max-voltage 1V --compliance 100uA --max-width 5ms --max-pulses 10 --yes --json',
  ],
  notes:
    'Moves: gives one cell trains of pulses within the limits and reads it after each. Proves polarity first by a read either way, asks before it drives, and leaves the output off.',
  answer: (given, { io }) => pulse(io, given),
});

interface Row {
  readonly direction: 'up' | 'down';
  readonly pulse: number;
  readonly conductance_S: number;
}

type WholeTrain = Required<PulseTrain>;

async function pulse(io: Io, given: OptionsOf<typeof options>): Promise<Answer> {
  const { drive, read, yes, cell: where = { row: 0, column: 0 }, ...asked } = given;
  const trains = wholeTrains(drive);
  const total = trains.reduce((sum, { count }) => sum + count, 0);
  const name = `cell ${where.row},${where.column}`;
  return withCells(
    io,
    'instrument pulse',
    { ...asked, cell: where },
    async ({ cells, identity }, signal, permit) => {
      const { columns } = cells.info;
      const range = { ...where, rows: 1, columns: 1 };
      const readNow = async () => (await cells.read(range, read === undefined ? {} : { read_V: read }))[0];
      const indices = Uint32Array.of(where.row * columns + where.column);
      const rows: Row[] = [];
      let energy_J = 0;
      let done = 0;
      const bar = new WorkBar(io, '{bar} {value}/{total} pulses, {eta_formatted} left');
      try {
        for (const { amplitude_V, width_s, count } of trains) {
          const direction = amplitude_V > 0 ? 'up' : 'down';
          rows.push({ direction, pulse: 0, conductance_S: await readNow() });
          const shape: PulseShape = { amplitude_V, width_s };
          const plan = {
            counts: Int16Array.of(amplitude_V > 0 ? 1 : -1),
            indices,
            ...(amplitude_V > 0 ? { potentiation: shape } : { depression: shape }),
          };
          for (let n = 1; n <= count; n++) {
            bar.update(done++, total, name);
            const report = await cells.pulse(plan, { id: cells.info.lastUpdate + 1, signal });
            if (!report.applied) break;
            energy_J += report.energy_J;
            rows.push({ direction, pulse: n, conductance_S: await readNow() });
          }
        }
      } finally {
        bar.stop();
      }
      const heading = await provenanceLines(permit, identity, {
        cell: `${where.row},${where.column}`,
        'read voltage (V)': String(readVoltage_V(permit, read)),
        ...(trains.length === 1
          ? {
              'pulse amplitude (V)': String(trains[0].amplitude_V),
              'pulse width (s)': String(trains[0].width_s),
            }
          : {}),
      });
      const [first, last] = [rows[0], rows[rows.length - 1]];
      return {
        text: `${cells.info.name}, ${name}: ${total} pulses, ${formatQuantity(first.conductance_S, 'S')} → ${formatQuantity(last.conductance_S, 'S')}, ${formatQuantity(energy_J, 'J')}`,
        json: {
          instrument: identity,
          cell: where,
          limits: permit.limits,
          read_V: readVoltage_V(permit, read),
          trains,
          energy_J,
          conductances: rows,
        },
        outputs: {
          '.csv': () =>
            `${heading}${csvText(
              ['direction', 'pulse', 'conductance_S'],
              rows.map((row) => [row.direction, row.pulse, row.conductance_S]),
            )}`,
        },
        figure: () => {
          const of = (way: Row['direction']) =>
            Float64Array.from(
              rows.filter(({ direction }) => direction === way).map((row) => row.conductance_S),
            );
          return pulseFigure(
            { up_S: of('up'), down_S: of('down') },
            { title: `${cells.info.name}, ${name}` },
          );
        },
      };
    },
    async (permit) => {
      checkTrains(permit, trains, total);
      const said = trains.map(
        ({ amplitude_V, width_s, count }) => `${count} of ${amplitude_V} V, ${formatQuantity(width_s, 's')}`,
      );
      await requireConsent(
        io,
        `${name} will get ${total} pulses (${said.join(', ')}), at most ${formatQuantity(permit.limits.compliance_A, 'A')}`,
        yes,
      );
    },
    read,
  );
}

function checkTrains(permit: Permit, trains: readonly WholeTrain[], total: number): void {
  for (const train of trains) checkPulse(permit, train);
  checkCount(permit, total, 'this command');
}

function wholeTrains(drives: readonly PulsesDrive[]): WholeTrain[] {
  const trains = drives.flatMap((one) => one.trains);
  if (trains.length === 0) {
    throw inputError('instrument.drive', '--drive is needed: pulses:+1.2V,2ms,50/-1.3V,2ms,50');
  }
  return trains.map(({ amplitude_V, width_s, count }) => {
    if (width_s !== undefined && count !== undefined) return { amplitude_V, width_s, count };
    throw inputError(
      'instrument.drive',
      `--drive: a pulse for an instrument has a width and a count; write pulses:${amplitude_V}V,2ms,50`,
    );
  });
}
