import { runError } from '../../core/index.js';
import type { CellArray, PulseShape } from '../../devices/contract/index.js';
import type { MeasuredTrain } from './measured-train.js';

/** What is measured of each cell of an array. */
export interface TrainsToMeasure {
  readonly cells: readonly { readonly row: number; readonly column: number }[];
  readonly pulse: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  /** Pulses of each train. */
  readonly pulses: number;
  /** Times up and down. */
  readonly cycles: number;
  /** Reads of a cell at rest, at the end of its last train. */
  readonly restReads: number;
  readonly signal?: AbortSignal;
  /** Told after each cell. */
  readonly onCell?: (done: number) => void;
}

/** Trains of one cell, and what its reads scatter at rest. */
export interface MeasuredCell {
  readonly row: number;
  readonly column: number;
  readonly trains: readonly MeasuredTrain[];
  /** Reads of the untouched cell, S. */
  readonly rest_S: Float64Array;
}

/** Pulses that one cell gets. */
export function pulsesEach({ pulses, cycles }: Pick<TrainsToMeasure, 'pulses' | 'cycles'>): number {
  return pulses * (2 * cycles + 1);
}

/**
 * Measures what identical pulses do to cells, one cell after the other: down to where it begins, then up and down as often as asked for,
 * a read after each pulse. Works on any array.
 * @returns cells that were measured whole: fewer than asked for where the signal ended it
 */
export async function measureTrains(array: CellArray, wanted: TrainsToMeasure): Promise<MeasuredCell[]> {
  const { columns, name } = array.info;
  const { cells, pulse, pulses, cycles, restReads, signal, onCell } = wanted;
  const measured: MeasuredCell[] = [];
  const stopped = () => signal?.aborted === true;
  for (const { row, column } of cells) {
    const indices = Uint32Array.of(row * columns + column);
    const place = { row, column, rows: 1, columns: 1 };
    const give = async (count: number) => {
      const plan = { counts: Int16Array.of(count), indices, ...pulse };
      const { applied } = await array.pulse(plan, {
        id: array.info.lastUpdate + 1,
        ...(signal === undefined ? {} : { signal }),
      });
      if (!applied && !stopped()) throw runError('cells.update-lost', `${name}: a pulse was not carried out`);
    };
    const read = async () => (await array.read(place))[0];
    for (let left = pulses; left > 0 && !stopped(); left--) await give(-1);
    const trains: MeasuredTrain[] = [];
    let line = 0;
    for (let cycle = 1; cycle <= cycles && !stopped(); cycle++) {
      for (const direction of ['up', 'down'] as const) {
        const states = new Float64Array(pulses + 1);
        states[0] = await read();
        for (let n = 1; n <= pulses && !stopped(); n++) {
          await give(direction === 'up' ? 1 : -1);
          states[n] = await read();
        }
        const { amplitude_V, width_s } = pulse[direction === 'up' ? 'potentiation' : 'depression'];
        trains.push({
          name: `${name}, cell ${row},${column}, cycle ${cycle}, ${direction}`,
          direction,
          pulses: Float64Array.from(states, (_, n) => n),
          states,
          unit: 'S',
          rows: Uint32Array.from(states, (_, n) => line + n),
          reversed: false,
          counted: true,
          cell: `${row},${column}`,
          cycle,
          amplitude_V,
          width_s,
        });
        line += states.length;
      }
    }
    if (stopped()) break;
    const rest_S = new Float64Array(restReads);
    for (let n = 0; n < restReads; n++) rest_S[n] = await read();
    measured.push({ row, column, trains, rest_S });
    onCell?.(measured.length);
  }
  return measured;
}
