import type { AnalysedFile } from '../../../calibration/batch/index.js';
import { type DrivenCell, type StuckCells, stuckCells } from '../../../calibration/features/index.js';
import type { PageCell, PageTable } from '../../../report/index.js';
import { shownEstimate } from './feature-summary.js';
import { MOST_ROWS } from './loop-section.js';

/** Fewer pulsed cells have no usual range that one could stay behind. */
const MIN_CELLS = 8;

/** Cells that do not follow their pulses, of all that were pulsed and read as conductances; undefined for fewer than eight. */
export function stuckOf(files: readonly AnalysedFile[]): StuckCells | undefined {
  const driven = files.flatMap(drivenOf);
  return driven.length < MIN_CELLS ? undefined : stuckCells(driven);
}

/** The cells of one file; one that no pulse moves has no train, and is stuck all the same. */
function drivenOf({ name, trains }: AnalysedFile): DrivenCell[] {
  const states = new Map<string, number[]>();
  const moved = new Set<string>();
  const add = (cell: string, some: Float64Array): void => {
    states.set(cell, [...(states.get(cell) ?? []), ...some]);
  };
  for (const { cell, up, down } of trains?.cells ?? []) {
    const all = [...up, ...down].map(({ train }) => train);
    if (all.some(({ unit }) => unit !== 'S')) continue;
    const [, ...within] = cell.split(', ');
    moved.add([name, ...within].join(', '));
    for (const train of all) add([name, ...within].join(', '), train.states);
  }
  for (const { cell, unmoved_S } of trains?.refused ?? [])
    if (unmoved_S !== undefined) add(cell === undefined ? name : `${name}, cell ${cell}`, unmoved_S);
  return [...states].map(([cell, states_S]) => ({ cell, states_S, moves: moved.has(cell) }));
}

/** Their shares, and which they are. */
export function stuckTables(found: StuckCells | undefined): PageTable[] {
  if (found === undefined) return [];
  const { cells, stuck, all, high, low, rule } = found;
  const share = (estimate: StuckCells['all']) => {
    const { value, low: from, high: to, ...rest } = shownEstimate(estimate);
    return { ...rest, value: 100 * value, low: 100 * (from ?? 0), high: 100 * (to ?? 1) };
  };
  const count = (at: 'high' | 'low') => stuck.filter((one) => one.at === at).length;
  return [
    {
      title: 'Stuck cells',
      columns: [{ name: 'stuck' }, { name: 'cells', unit: '1' }, { name: 'share (%)', unit: '1' }],
      rows: [
        ['at the high conductance', { value: count('high') }, share(high)],
        ['at the low conductance', { value: count('low') }, share(low)],
        [`all, of ${cells} pulsed`, { value: stuck.length }, share(all)],
      ],
      note: `${rule[0].toUpperCase()}${rule.slice(1)}. Cells that no pulse moves have no train, and count here.`,
    },
    ...(stuck.length === 0
      ? []
      : [
          {
            columns: [
              { name: 'stuck cell' },
              { name: 'at' },
              { name: 'state', unit: 'S' },
              { name: 'range', unit: 'S' },
            ],
            rows: stuck
              .slice(0, MOST_ROWS)
              .map((one): PageCell[] => [one.cell, one.at, { value: one.state_S }, { value: one.range_S }]),
            ...(stuck.length > MOST_ROWS
              ? { note: `${MOST_ROWS} of ${stuck.length} stuck cells; all: features.json.` }
              : {}),
          },
        ]),
  ];
}
