import type { AnalysedFile } from '../../../calibration/batch/index.js';
import { type DrivenCell, type StuckCells, stuckCells } from '../../../calibration/features/index.js';
import type { PageCell, PageTable } from '../../../report/index.js';
import { shownEstimate } from './feature-summary.js';
import { MOST_ROWS } from './loop-section.js';

/** Fewer pulsed cells have no usual range that one could stay behind. */
const MIN_CELLS = 8;

/** Cells that do not follow their pulses, of all that were pulsed and read as conductances; undefined for fewer than eight. */
export function stuckOf(files: readonly AnalysedFile[]): StuckCells | undefined {
  const driven = files.flatMap(({ name, trains }) =>
    (trains?.cells ?? []).flatMap((cell): DrivenCell[] => {
      const all = [...cell.up, ...cell.down].map(({ train }) => train);
      if (all.some(({ unit }) => unit !== 'S')) return [];
      const [, ...within] = cell.cell.split(', ');
      return [
        { cell: [name, ...within].join(', '), states_S: all.flatMap(({ states }) => Array.from(states)) },
      ];
    }),
  );
  return driven.length < MIN_CELLS ? undefined : stuckCells(driven);
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
      note: `${rule[0].toUpperCase()}${rule.slice(1)}. Cells whose trains were refused as flat are listed below and not counted.`,
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
