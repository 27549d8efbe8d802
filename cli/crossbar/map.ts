import { z } from 'zod';
import { type CrossbarCells, type CrossbarDescription, schemeBiases } from '../../circuits/crossbar/index.js';
import { formatQuantity, inputError, runError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { heatMap } from '../../report/index.js';
import { mapCellSelections, mapSelections, type SelectionMap } from '../../solver/crossbar/index.js';
import { defineCommand, type OptionsOf, quantity } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { readDrawnArray, requireOneArray } from './flags.js';
import { crossbarOptions, solverOptions } from './options.js';
import { requireNoShort } from './shorted.js';

const {
  inputs: _inputs,
  inputsOn: _inputsOn,
  select: _select,
  scheme: _scheme,
  ...arrayOptions
} = crossbarOptions;

/** What is drawn of a map: its name, its values, and how they are called. */
const quantities = {
  voltage: { of: (map: SelectionMap) => map.cell_V, quantity: 'voltage across the selected cell', unit: 'V' },
  current: {
    of: (map: SelectionMap) => map.cell_A,
    quantity: 'current through the selected cell',
    unit: 'A',
  },
  sensed: {
    of: (map: SelectionMap) => map.sensed_A,
    quantity: 'current out of the selected bit line',
    unit: 'A',
  },
} as const;

const options = z.strictObject({
  ...arrayOptions,
  scheme: z
    .enum(Object.keys(schemeBiases) as (keyof typeof schemeBiases)[])
    .default('v/2')
    .meta({ flag: '--scheme <name>', description: 'what the lines of other cells carry' }),
  voltage: quantity('V', z.number()).meta({
    flag: '--voltage <V>',
    description: 'on the selected word line',
  }),
  show: z
    .enum(Object.keys(quantities) as (keyof typeof quantities)[])
    .default('voltage')
    .meta({ flag: '--show <what>', description: 'what the picture has' }),
  tolerance: solverOptions.tolerance,
  threads: solverOptions.threads,
});

type MapOptions = OptionsOf<typeof options>;

export const mapCrossbarCommand = defineCommand({
  options,
  outputs: { '.csv': 'voltage, current and sensed current of every cell', '.npz': 'the same as arrays' },
  draws: 'a heat map of all selections',
  examples: [
    'ohmprop crossbar map --random 64x64 --wire-ohm 2 --scheme v/2 --voltage 1V -o map.svg',
    'ohmprop crossbar map --cells tunnel.yaml --states x.csv --selector threshold --wire-ohm 2 --voltage 1V -o map.svg',
    'ohmprop crossbar map --conductances g.npy --wire-ohm 1 --scheme float --voltage 200mV --show sensed -o map.html -o map.csv',
  ],
  notes:
    'Every cell as it is when it is the selected one: what reaches it of the voltage, and what its bit line shows.',
  async answer(given, { io }) {
    const { drawn, cells, ...read } = await readDrawnArray(io, given);
    requireOneArray(read, 'crossbar map');
    if (given.voltage === 0) throw inputError('crossbar.usage', '--voltage: 0 V selects nothing');
    const { rows, columns } = drawn;
    if (cells === undefined) {
      // every cell is selected once: its word line carries the voltage, its bit line 0 V
      const rows_V = new Float64Array(rows).fill(given.voltage);
      requireNoShort(drawn, { count: 1, rows_V }, given.shortOhm);
    }
    const map = selections(io, drawn, cells, given);
    const shown = quantities[given.show];
    const json = {
      rows,
      cols: columns,
      scheme: given.scheme,
      selected_V: given.voltage,
      status: map.status,
      kclResidual_A: map.kclResidual_A,
      solves: map.solves,
      cell_V: rangeOf(map.cell_V, columns),
      cell_A: rangeOf(map.cell_A, columns),
      sensed_A: rangeOf(map.sensed_A, columns),
    };
    const arrays = { cell_V: map.cell_V, cell_A: map.cell_A, sensed_A: map.sensed_A };
    return {
      text: [
        `${rows} × ${columns} cells, each selected once under ${given.scheme} with ${formatQuantity(given.voltage, 'V')}, from ${map.solves} ${cells === undefined ? 'line responses' : 'solves'}`,
        `  voltage across the selected cell: ${rangeText(json.cell_V, 'V')}`,
        `  current through it: ${rangeText(json.cell_A, 'A')}`,
        `  current out of its bit line: ${rangeText(json.sensed_A, 'A')}`,
        `  largest net node current ${formatQuantity(map.kclResidual_A, 'A')}${cells === undefined ? ' per volt' : ''}`,
      ].join('\n'),
      json,
      outputs: {
        '.csv': () =>
          csvText(
            ['row', 'column', 'cell_V', 'cell_A', 'sensed_A'],
            Array.from(map.cell_V, (v, k) => [
              Math.floor(k / columns),
              k % columns,
              ...[v, map.cell_A[k], map.sensed_A[k]].map((value) => (Number.isNaN(value) ? '' : value)),
            ]),
          ),
        '.npz': () => ({
          npz: Object.fromEntries(
            Object.entries(arrays).map(([name, data]) => [name, { shape: [rows, columns], data }]),
          ),
        }),
      },
      figure: ({ redraw }) =>
        heatMap({
          redraw,
          values: shown.of(map),
          rows,
          columns,
          quantity: shown.quantity,
          unit: shown.unit,
          rowName: 'word line',
          columnName: 'bit line',
        }),
      ...(map.status === 'settled' ? {} : { failure: runError('crossbar.not-settled', map.message) }),
    };
  },
});

/** With a bar while it goes on. */
function selections(
  io: Io,
  drawn: CrossbarDescription,
  cells: CrossbarCells | undefined,
  { scheme, voltage, tolerance, threads, gate }: MapOptions,
): SelectionMap {
  const bar = new WorkBar(io);
  try {
    if (cells !== undefined) {
      const { conductances_S: _, ...lines } = drawn;
      return mapCellSelections({
        ...lines,
        cells,
        scheme,
        selected_V: voltage,
        tolerance,
        ...(gate === undefined ? {} : { gate_V: gate }),
        onSolved: (done, all) => bar.update(done, all, 'selections'),
      });
    }
    return mapSelections({
      ...drawn,
      scheme,
      selected_V: voltage,
      tolerance,
      threads,
      onSolved: (done, all) => bar.update(done, all, 'line responses'),
    });
  } finally {
    bar.stop();
  }
}

interface Range {
  readonly least: number;
  readonly leastAt: readonly [row: number, column: number];
  readonly median: number;
  readonly most: number;
  readonly mostAt: readonly [row: number, column: number];
}

/** Null where no line has a pad. */
function rangeOf(values: Float64Array, columns: number): Range | null {
  const places = Array.from(values.keys())
    .filter((k) => !Number.isNaN(values[k]))
    .sort((a, b) => values[a] - values[b]);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return null;
  const at = (k: number) => [Math.floor(k / columns), k % columns] as const;
  const middle = places[Math.floor((places.length - 1) / 2)];
  return {
    least: values[first],
    leastAt: at(first),
    median: values[middle],
    most: values[last],
    mostAt: at(last),
  };
}

function rangeText(range: Range | null, unit: string): string {
  if (range === null) return 'unknown';
  const { least, leastAt, median, most, mostAt } = range;
  return `${formatQuantity(least, unit)} (cell ${leastAt.join(',')}) to ${formatQuantity(most, unit)} (cell ${mostAt.join(',')}), median ${formatQuantity(median, unit)}`;
}
