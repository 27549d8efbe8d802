import {
  type CellParts,
  cellFile,
  cellFileText,
  type FittedTrains,
  fittedPopulation,
  fittedProvenance,
  type NamedWindow,
  sweptCell,
} from '../../calibration/cell-files/index.js';
import { settingOf } from '../../calibration/measured/index.js';
import { inputError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { type FittedSweeps, type PulsedCell, plainName } from './fit-files.js';
import { staticName, staticsCsv } from './fit-statics.js';

/** The sweeps of the one cell that there are. @throws `calibrate.no-cell`, exit code 2 */
export function oneSweep(sweeps: readonly FittedSweeps[], what: string): FittedSweeps {
  if (sweeps.length === 1) return sweeps[0];
  const names = sweeps.map(({ file, statics }) => staticName(file.path, statics));
  throw inputError(
    'calibrate.no-cell',
    `${what} is of one cell, and here are sweeps of ${sweeps.length}: ${names.slice(0, 5).join('; ')}${names.length > 5 ? '; …' : ''}. Name one file`,
  );
}

/** The one pulsed cell that there is. @throws `calibrate.no-cell`, exit code 2 */
export function onePulsed(cells: readonly PulsedCell[], what: string): PulsedCell {
  if (cells.length === 1) return cells[0];
  const names = cells.map(({ cell }) => cell.description.cell);
  throw inputError(
    'calibrate.no-cell',
    `${what} is of one cell, and here are ${cells.length}: ${names.slice(0, 5).join('; ')}${names.length > 5 ? '; …' : ''}. Name one file`,
  );
}

/**
 * The cell file of what was fitted: one cell, or the middle of several with their spreads.
 * @throws `calibrate.no-cell`, exit code 2, with the reason
 */
export async function cellText(
  pulsed: readonly PulsedCell[],
  sweeps: readonly FittedSweeps[],
  window: NamedWindow | undefined,
  command: string,
): Promise<string> {
  const trained = pulsed.length === 0 && sweeps.length > 0 ? undefined : trainedParts(pulsed, window);
  const swept = sweeps.length === 0 ? undefined : sweptParts(oneSweep(sweeps, 'a cell file with a part iv'));
  const files = [...new Set([...pulsed.flatMap((one) => one.files), ...sweeps.map(({ file }) => file)])];
  const fits = [
    ...pulsed.flatMap(({ cell: { up, down } }) => [up, down].filter((laws) => laws !== undefined)),
    ...sweeps.flatMap(({ statics }) => statics.branches),
  ];
  const name = trained?.parts.name ?? swept?.parts.name ?? plainName(files[0].path);
  const sources = files.map(({ path, ...file }) => ({ ...file, name: plainName(path) }));
  const provenance = fittedProvenance(
    command,
    sources,
    fits.map(({ best }) => best),
    [...pulsed.flatMap(({ remarks }) => remarks), ...(trained?.remarks ?? []), ...(swept?.remarks ?? [])],
  );
  return cellFileText(await cellFile({ ...swept?.parts, ...trained?.parts, name }, provenance));
}

interface Parts {
  readonly parts: CellParts;
  readonly remarks: readonly string[];
}

function trainedParts(pulsed: readonly PulsedCell[], window: NamedWindow | undefined): Parts {
  if (pulsed.length !== 1) {
    return fittedPopulation(
      `${pulsed.length} cells`,
      pulsed.map(({ cell }) => cell),
      window,
    );
  }
  const [{ cell, fit }] = pulsed;
  const { cell: name, warnings } = cell.description;
  if (fit.parts === undefined) throw inputError('calibrate.no-cell', `${plainName(name)}: ${fit.refused}`);
  return { parts: fit.parts, remarks: [...warnings, ...fit.windowRemarks] };
}

function sweptParts({ file, statics }: FittedSweeps): Parts {
  const name = plainName(staticName(file.path, statics));
  return { parts: sweptCell(name, statics, settingOf(file, 'compliance_A')), remarks: statics.remarks };
}

/** Data and curves, of trains or of sweeps. */
export function dataCsv(cells: readonly FittedTrains[], sweeps: readonly FittedSweeps[]): string {
  if (sweeps.length === 0) return tidyCsv(cells);
  if (cells.length > 0) {
    throw inputError(
      'calibrate.csv',
      'a table is of trains or of sweeps, and here are both; name files of one kind',
    );
  }
  return staticsCsv(sweeps.map(({ file, statics }) => [staticName(file.path, statics), statics] as const));
}

function tidyCsv(cells: readonly FittedTrains[]): string {
  const rows = cells.flatMap(({ description, up, down }) =>
    (
      [
        [description.up, up],
        [description.down, down],
      ] as const
    ).flatMap(([trains, laws]) =>
      trains.flatMap(({ train, outliers, labels }, k) => {
        const out = new Set(outliers.at);
        return Array.from(train.states, (value, i) => [
          description.cell,
          train.direction,
          train.cycle ?? k + 1,
          train.pulses[i],
          value,
          k === 0 ? (laws?.best.curve[i] ?? '') : '',
          labels.fixed?.curve[i] ?? '',
          labels.free.curve[i],
          out.has(i) ? 1 : 0,
        ]);
      }),
    ),
  );
  const unit = cells[0]?.description.up[0]?.train.unit ?? cells[0]?.description.down[0]?.train.unit ?? '';
  const state = unit === 'S' ? 'conductance_S' : unit === 'A' ? 'current_A' : 'value';
  return csvText(
    ['cell', 'direction', 'cycle', 'pulse', state, 'law', 'label_fixed', 'label_free', 'outlier'],
    rows,
  );
}
