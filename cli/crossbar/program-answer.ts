import { join } from 'node:path';
import { givenUpReasons, type ProgramEvent, type ProgramReport } from '../../calibration/program/index.js';
import { formatQuantity, runError } from '../../core/index.js';
import { encodeNpy, makeDirectory, writeUserFile } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap, renderSvg } from '../../report/index.js';
import type { ProgrammedCells } from '../../solver/crossbar/index.js';
import type { Answer, Context } from '../frame/index.js';
import type { ProgramOptions } from './program-options.js';
import type { Write } from './program-wanted.js';

/** An array that was programmed, and what happened meanwhile. */
export interface Programmed {
  readonly array: ProgrammedCells;
  readonly rows: number;
  readonly columns: number;
  readonly before: Cells;
  readonly after: Cells;
  readonly writes: readonly Write[];
  readonly events: readonly ProgramEvent[];
  readonly report: ProgramReport | undefined;
  readonly given: ProgramOptions;
}

interface Cells {
  readonly states: Float64Array;
  /** Of each by itself at the read voltage, S. */
  readonly own_S: Float64Array;
}

/** What is told of it, and its files in the run directory. */
export async function answerOf(programmed: Programmed, { directory, force }: Context): Promise<Answer> {
  const { array, rows, columns, before, after, writes, report, given } = programmed;
  const written = new Set(
    report === undefined
      ? writes.map(({ row, column }) => row * columns + column)
      : report.cells.map(({ cell }) => cell),
  );
  const moved_S = after.own_S.map((now, k) => now - before.own_S[k]);
  // a cell that was to change is disturbed by nothing
  const disturbed_S = moved_S.map((moved, k) => (written.has(k) ? Number.NaN : moved));
  const bystanders = [...moved_S.keys()].filter((k) => !written.has(k));
  const worst = bystanders.reduce<number | undefined>(
    (at, k) => (at === undefined || Math.abs(moved_S[k]) > Math.abs(moved_S[at]) ? k : at),
    undefined,
  );
  const pulses = report?.pulses ?? writes.length;
  const nested = (values: Float64Array) =>
    Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
  const json = {
    rows,
    cols: columns,
    scheme: given.scheme,
    pulses,
    energy_J: array.energy_J,
    ...(report === undefined
      ? {}
      : {
          accepted: report.accepted,
          finalWithin: report.finalWithin,
          givenUp: report.givenUp,
          reads: report.reads,
          cells: report.cells,
        }),
    states: nested(after.states),
    conductances_S: nested(after.own_S),
    disturbance:
      worst === undefined
        ? null
        : { largest_S: disturbed_S[worst], largestAt: [Math.floor(worst / columns), worst % columns] },
  };
  const text = answerText(programmed, pulses, json.disturbance);
  const missed = report !== undefined && report.finalWithin < report.cells.length;
  const failure = missed
    ? {
        failure: runError(
          'crossbar.not-programmed',
          `${report.cells.length - report.finalWithin} of ${report.cells.length} cells are not within their tolerance; allow more pulses (--budget), stronger ones (--most), a scheme that disturbs less, or a wider --within`,
        ),
      }
    : {};
  await array.close();
  if (directory === undefined) return { text, json, ...failure };
  await makeDirectory(directory);
  const files = await filesOf(programmed, written, disturbed_S, json);
  const paths: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    await writeUserFile(join(directory, name), content, { force });
    paths.push(join(directory, name));
  }
  return { text, json, files: paths, ...failure };
}

function answerText(
  { array, rows, columns, before, after, writes, report, given }: Programmed,
  pulses: number,
  disturbance: { readonly largest_S: number; readonly largestAt: readonly number[] } | null,
): string {
  const givenUp = report?.cells.filter(({ status }) => status !== 'accepted') ?? [];
  return [
    report === undefined
      ? `${rows} × ${columns} cells, ${pulses} pulse${pulses === 1 ? '' : 's'} under ${given.scheme}`
      : `${rows} × ${columns} cells, ${report.finalWithin} of ${report.cells.length} within ${100 * (given.within ?? 0.02)} % when all was done, ${pulses} pulses under ${given.scheme}`,
    `  energy ${formatQuantity(array.energy_J, 'J')}; ${
      disturbance === null
        ? 'every cell was to change'
        : `largest change of a cell that was not to change: ${formatQuantity(disturbance.largest_S, 'S')} (cell ${disturbance.largestAt.join(',')})`
    }`,
    ...(report === undefined
      ? writes.map(
          ({ row, column }) =>
            `  cell ${row},${column}: ${formatQuantity(before.own_S[row * columns + column], 'S')} → ${formatQuantity(after.own_S[row * columns + column], 'S')}`,
        )
      : givenUp
          .slice(0, 8)
          .map(
            ({ row, column, reason }) =>
              `  cell ${row},${column}: ${reason === undefined ? 'left' : givenUpReasons[reason]}`,
          )),
  ].join('\n');
}

async function filesOf(
  { rows, columns, before, after, events }: Programmed,
  written: ReadonlySet<number>,
  disturbed_S: Float64Array,
  json: object,
): Promise<Record<string, string | Uint8Array>> {
  const svg = await renderSvg(
    heatMap({
      values: disturbed_S,
      rows,
      columns,
      quantity: 'change of cells that were not written',
      noValue: 'was to change',
      unit: 'S',
      rowName: 'word line',
      columnName: 'bit line',
    }),
  );
  return {
    'G_final.npy': bytesOf(encodeNpy(after.own_S, [rows, columns])),
    'states_final.npy': bytesOf(encodeNpy(after.states, [rows, columns])),
    'pulses.csv': pulsesText(events),
    'disturbance.svg': svg,
    'disturbance.csv': csvText(
      ['row', 'column', 'written', 'before_S', 'after_S'],
      Array.from(after.own_S, (now, k) => [
        Math.floor(k / columns),
        k % columns,
        written.has(k) ? 1 : 0,
        before.own_S[k],
        now,
      ]),
    ),
    'report.json': `${JSON.stringify(json)}\n`,
  };
}

function bytesOf(parts: ReturnType<typeof encodeNpy>): Uint8Array {
  return Buffer.concat([...parts]);
}

function pulsesText(events: readonly ProgramEvent[]): string {
  return csvText(
    ['row', 'column', 'event', 'count', 'amplitude_V', 'width_s', 'conductance_S', 'energy_J'],
    events.map((event) => [
      event.row,
      event.column,
      event.kind,
      event.kind === 'pulse' ? event.count : '',
      event.kind === 'pulse' ? event.amplitude_V : '',
      event.kind === 'pulse' ? event.width_s : '',
      event.kind === 'pulse' ? '' : event.conductance_S,
      event.kind === 'pulse' ? event.energy_J : '',
    ]),
  );
}
