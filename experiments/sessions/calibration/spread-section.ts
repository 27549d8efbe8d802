import type { Estimate } from '../../../calibration/estimates/index.js';
import { type PopulationSpread, populationOf } from '../../../calibration/features/index.js';
import { formatQuantity } from '../../../core/index.js';
import type { MeasuredNumber, PageCell, PageSection } from '../../../report/index.js';
import { type CellRow, sharedRead } from './cell-rows.js';
import { lawTable, plain } from './distribution-section.js';
import { shownEstimate } from './feature-summary.js';

/** Spreads from cell to cell and from cycle to cycle of all that switch; undefined for fewer than two cells. */
export function spreadsOf(rows: readonly CellRow[]): PopulationSpread[] {
  const switching = rows.filter(({ loops, cycles }) => loops.verdict.switches && cycles.length > 0);
  const devicesOf = (some: readonly CellRow[]) => some.map(({ name, cycles }) => ({ device: name, cycles }));
  const { at } = sharedRead(switching);
  // States are compared where all were read alike; voltages of events do not depend on it.
  return [
    ...populationOf(devicesOf(switching)).filter(({ name }) => !readNames.has(name)),
    ...populationOf(devicesOf(at)).filter(({ name }) => readNames.has(name)),
  ];
}

const readNames = new Set<string>(['on_S', 'off_S', 'window']);

/** Device to device and cycle to cycle as variance components, and the laws of the cells' medians. */
export function spreadSection(
  rows: readonly CellRow[],
  spreads: readonly PopulationSpread[],
): PageSection | undefined {
  if (spreads.length === 0) return undefined;
  const switching = rows.filter(({ loops, cycles }) => loops.verdict.switches && cycles.length > 0);
  const { read_V, apart } = sharedRead(switching);
  const laws = spreads.map((spread) => ({
    name: `${spread.devices} cells`,
    summary: { name: spread.name, unit: spread.unit || unitOf(spread.name), ...spread.medians },
  }));
  const withLaws = laws.filter(({ summary }) => summary.distributions !== undefined);
  return {
    title: 'From cell to cell and from cycle to cycle',
    lead: switching.some(({ file }) => file.inName !== undefined)
      ? 'Files whose names give one cell are cycles of one device, where they were measured and read alike; any other swept cell of a file is a device of its own.'
      : 'Each swept cell of each file is taken for a device of its own: several files of one device would make the spread from device to device too small. Where names say which cell a file is of: --name-pattern, as {cell}_{cycle}.',
    tables: [
      {
        title: 'Spreads',
        columns: [
          { name: 'quantity' },
          { name: 'cells', unit: '1' },
          { name: 'cycles', unit: '1', hint: 'values of all cells together, without forming' },
          { name: 'median of the cells', unit: '1', hint: 'each cell by the median of its cycles' },
          { name: 'device to device σ', unit: '1' },
          { name: 'cycle to cycle σ', unit: '1' },
        ],
        rows: spreads.map((spread): PageCell[] => {
          const { components, medians, devices, values, name } = spread;
          const own = spread.unit || unitOf(name);
          const { device, cycle } = components.sigma as Partial<Record<string, Estimate>>;
          const together = components.notSeparated[0]?.together;
          const shown = (sigma: Estimate | undefined): PageCell =>
            sigma === undefined
              ? 'cannot be separated'
              : { ...sigmaCell(sigma), unit: spread.ofLogarithms ? '1' : spread.unit };
          return [
            `${plain[name] ?? name}${spread.ofLogarithms ? ', of ln' : ''}`,
            { value: devices },
            { value: values },
            { ...shownEstimate(medians.median), unit: own },
            together === undefined
              ? shown(device)
              : { ...sigmaCell(together), unit: spread.ofLogarithms ? '1' : spread.unit },
            together === undefined ? shown(cycle) : 'cannot be separated: both are in the number on the left',
          ];
        }),
        note: `Of voltages σ is in volts; of conductances and windows it is that of the natural logarithm, a relative spread (0.1 is about 10 %). Below are 95 % intervals; 0 at the lower end: the data does not show that spread.${read_V === undefined ? '' : ` Conductances and windows at ${formatQuantity(read_V, 'V')}${apart.length === 0 ? '' : `, without ${apart.length === 1 ? '1 cell' : `${apart.length} cells`} read elsewhere`}.`}`,
      },
      ...(withLaws.length === 0 ? [] : [lawTable(withLaws, 'Laws over the cells')]),
    ],
    ...(withLaws.length === 0 && spreads.some(({ devices }) => devices < 8)
      ? { remarks: ['Laws over the cells take eight cells or more.'] }
      : {}),
  };
}

const unitOf = (name: string): string => (name === 'window' ? '1' : 'S');

function sigmaCell(sigma: Estimate): MeasuredNumber {
  const { value, low, high, identifiable, method, n } = sigma;
  return { value, low, high, identifiable, hint: `${method}; n ${n}` };
}
