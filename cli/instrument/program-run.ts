import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramEvent, Programming, ProgramReport } from '../../calibration/program/index.js';
import { type DeviceState, inputError, type StateArray } from '../../core/index.js';
import { encodeNpy, makeDirectory, writeFileAtomically } from '../../records/index.js';
import { csvText } from '../../records/tables/index.js';

/** Where it stands is written down so often, ms. */
const SAVED_EVERY_ms = 2000;
const PULSES_HEAD = 'time_s,row,column,count,amplitude_V,width_s,pulses,update\n';

/** What programming leaves behind in its directory, and takes up from there. */
export class ProgramDirectory {
  private saved_ms = 0;
  private rows: string[] = [];

  private constructor(readonly path: string) {}

  /** Begins one. */
  static async begin(path: string): Promise<ProgramDirectory> {
    await makeDirectory(path);
    const directory = new ProgramDirectory(path);
    if (existsSync(directory.stateFile)) {
      throw inputError(
        'program.resume',
        `${path}: something was programmed there before; go on with --resume ${path}, or name another directory`,
      );
    }
    if (!existsSync(directory.pulsesFile)) appendFileSync(directory.pulsesFile, PULSES_HEAD);
    return directory;
  }

  /** Goes on in one. @throws OhmpropError `program.resume` */
  static resume(path: string): { directory: ProgramDirectory; state: DeviceState } {
    const directory = new ProgramDirectory(path);
    try {
      return { directory, state: readState(readFileSync(directory.stateFile, 'utf8')) };
    } catch (cause) {
      throw inputError(
        'program.resume',
        `${path}: nothing to go on from (${(cause as Error).message}); name a directory that "instrument program" has filled`,
        cause,
      );
    }
  }

  /** The journal of the array. */
  get journal(): string {
    return join(this.path, 'pulses.jsonl');
  }

  /** Takes what happens down: pulses line by line, where each cell stands every two seconds. */
  async note(event: ProgramEvent, programming: Programming): Promise<void> {
    if (event.kind === 'pulse') {
      const { time_seconds, row, column, count, amplitude_V, width_s, pulses, update } = event;
      this.rows.push(
        `${time_seconds.toFixed(4)},${row},${column},${count},${amplitude_V},${width_s},${pulses},${update}\n`,
      );
    }
    if (performance.now() - this.saved_ms < SAVED_EVERY_ms) return;
    this.saved_ms = performance.now();
    await this.save(programming);
  }

  async save(programming: Programming): Promise<void> {
    if (this.rows.length > 0) appendFileSync(this.pulsesFile, this.rows.join(''));
    this.rows = [];
    await writeFileAtomically(this.stateFile, stateText(programming.snapshot()));
  }

  /** The conductances at the end, and what became of every cell. */
  async finish(report: ProgramReport, rows: number, columns: number): Promise<void> {
    const npy = encodeNpy(report.final_S, [rows, columns]);
    await writeFileAtomically(join(this.path, 'G_final.npy'), npy);
    await writeFileAtomically(join(this.path, 'cells.csv'), cellsTable(report));
    const { cells: _cells, final_S: _final, ...summary } = report;
    await writeFileAtomically(join(this.path, 'report.json'), `${JSON.stringify(summary, null, 2)}\n`);
  }

  private get stateFile(): string {
    return join(this.path, 'state.json');
  }

  private get pulsesFile(): string {
    return join(this.path, 'pulses.csv');
  }
}

/** Every cell with a target: status, reason, where it stands, what it took. */
export function cellsTable({ cells }: ProgramReport): string {
  return csvText(
    [
      'row',
      'column',
      'target_S',
      'tolerance_S',
      'status',
      'reason',
      'conductance_S',
      'spread_S',
      'reads',
      'final_S',
      'within',
      'potentiation_pulses',
      'depression_pulses',
      'rejections',
    ],
    cells.map((cell) => [
      cell.row,
      cell.column,
      cell.target_S,
      cell.tolerance_S,
      cell.status,
      cell.reason ?? '',
      cell.conductance_S,
      cell.spread_S,
      cell.reads,
      cell.final_S,
      cell.finalWithin ? 'yes' : 'no',
      cell.potentiationPulses,
      cell.depressionPulses,
      cell.rejections,
    ]),
  );
}

const kinds = { Float64Array, Int32Array, Uint32Array, Uint8Array } as const;

function stateText({ format, arrays, values }: DeviceState): string {
  const columns = Object.entries(arrays).map(([name, array]) => [
    name,
    { kind: array.constructor.name, values: Array.from(array, (x) => (Number.isNaN(x) ? null : x)) },
  ]);
  return JSON.stringify({ format, values, arrays: Object.fromEntries(columns) });
}

function readState(text: string): DeviceState {
  const { format, values, arrays } = JSON.parse(text) as {
    format: string;
    values: DeviceState['values'];
    arrays: Record<string, { kind: keyof typeof kinds; values: (number | null)[] }>;
  };
  const columns = Object.entries(arrays).map(([name, { kind, values: entries }]): [string, StateArray] => [
    name,
    kinds[kind].from(entries.map((x) => x ?? Number.NaN)),
  ]);
  return { format, values, arrays: Object.fromEntries(columns) };
}
