import type { AnalysedFile } from '../../../calibration/batch/index.js';
import type { CellDescription, TrainDescription } from '../../../calibration/trains/index.js';
import { formatQuantity } from '../../../core/index.js';
import {
  type DrawnTrain,
  type PageCell,
  type PageFigure,
  type PageSection,
  type PageTable,
  pulseTrains,
} from '../../../report/index.js';
import type { FittedCell } from './fit-cells.js';
import { groupedRemarks, type Remark } from './grouped-remarks.js';
import { MOST_ROWS } from './loop-section.js';
import { stuckOf, stuckTables } from './stuck-section.js';

/** Figures of cells; the table has all of them. */
const MOST_FIGURES = 6;

/** Pulse trains: each cell's figure, labels by both rules, noise, window. */
export function trainSections(
  files: readonly AnalysedFile[],
  fits: readonly FittedCell[] = [],
): PageSection[] {
  const cells = files.flatMap(({ trains, name }) =>
    (trains?.cells ?? []).map((cell) => ({ cell, name: nameOf(cell, name) })),
  );
  const ramps = files.flatMap(({ trains, name }) =>
    (trains?.ramps ?? []).map((ramp) => ({ ramp, file: name })),
  );
  const refused = files.flatMap(({ trains }) => trains?.refused ?? []);
  const sections: PageSection[] = [];
  if (cells.length > 0) {
    sections.push({
      title: 'Pulse trains',
      lead: leadOf(cells.map(({ cell }) => cell)),
      figures: cells.slice(0, MOST_FIGURES).map(({ cell, name }, i) => figureOf(cell, name, i)),
      tables: [labelTable(cells), cellTable(cells), ...stuckTables(stuckOf(files)), ...fitTables(fits)],
      remarks: groupedRemarks([
        ...cells.flatMap(({ cell, name }) => [
          ...cell.warnings.map((text) => ({ name, text })),
          ...(['up', 'down'] as const).flatMap((way) =>
            cell[way].flatMap(({ warnings }) =>
              warnings.map((text) => ({ name: `${name}, ${words[way]}`, text })),
            ),
          ),
        ]),
        ...files.flatMap(({ trains, path, name }) =>
          [...(trains?.remarks ?? []), ...(trains?.refused ?? []).map(refusal)].map((remark) =>
            placed(remark, path, name),
          ),
        ),
      ]),
    });
  } else if (refused.length > 0) {
    sections.push({
      title: 'Pulse trains',
      remarks: groupedRemarks(
        files.flatMap(({ trains, path, name }) =>
          (trains?.refused ?? []).map((one) => placed(refusal(one), path, name)),
        ),
      ),
    });
  }
  if (ramps.length > 0) {
    sections.push({
      title: 'Amplitude ramps',
      lead: 'The amplitude rises from pulse to pulse: these are not identical pulses, so there is no nonlinearity label. What they say is the amplitude at which the cell changes.',
      tables: [
        {
          columns: [
            { name: 'series' },
            { name: 'column' },
            { name: 'first', unit: 'Ω' },
            { name: 'last', unit: 'Ω' },
            {
              name: 'threshold',
              unit: 'V',
              hint: 'half of the change of ln R; the interval is the amplitudes on either side',
            },
          ],
          rows: ramps.flatMap(({ ramp, file }) =>
            ramp.curves.map((curve): PageCell[] => [
              shortName(ramp.name, file),
              curve.column,
              { value: curve.first_Ohm },
              { value: curve.last_Ohm },
              curve.threshold_V === undefined ? 'none' : curve.threshold_V,
            ]),
          ),
        },
      ],
    });
  }
  return sections;
}

const words = { up: 'potentiation', down: 'depression' } as const;

const refusal = ({ series, reason }: { series: string; reason: string }): string =>
  `${series}: no train, ${reason}`;

/** A remark that begins with the path of its file, or something in it, and what it says. */
function placed(remark: string, path: string, name: string): Remark {
  const at = remark.indexOf(': ');
  if (!remark.startsWith(path) || at < 0) return { name, text: remark };
  return { name: `${name}${remark.slice(path.length, at)}`, text: remark.slice(at + 2) };
}

/** A cell is called after its file; within a folder that is enough. */
function nameOf(cell: CellDescription, file: string): string {
  const [, ...rest] = cell.cell.split(', ');
  return [file, ...rest].join(', ');
}

function shortName(name: string, file: string): string {
  const [, ...rest] = name.split(', ');
  return [file, ...rest].join(', ');
}

function leadOf(cells: readonly CellDescription[]): string {
  const apart = cells.filter((cell) => cell.apart !== undefined).length;
  const count = cells.length === 1 ? 'One cell was pulsed' : `${cells.length} cells were pulsed`;
  return `${count} with identical pulses. Labels are those of NeuroSim, of the data as measured: with the ends fixed to the first and last value, and with offset and scale free.${apart === 0 ? '' : ` ${apart === 1 ? 'One of them is' : `${apart} of them are`} not one cycle of one cell.`}${cells.length <= MOST_FIGURES ? '' : ` The first ${MOST_FIGURES} are drawn; the tables and trains.csv have all.`}`;
}

function figureOf(cell: CellDescription, name: string, i: number): PageFigure {
  const all = [...cell.up, ...cell.down];
  const { unit } = all[0].train;
  const quantity = unit === 'S' ? 'conductance' : unit === 'A' ? 'current' : 'state';
  const first = (trains: readonly TrainDescription[]) => trains.slice(0, 1);
  const fitted = new Set([...first(cell.up), ...first(cell.down)]);
  // More than one cell's worth of points hides the curves.
  const trains = [...cell.up.slice(0, 8), ...cell.down.slice(0, 8)].map((one) => drawn(one, fitted.has(one)));
  return {
    figure: pulseTrains({
      trains,
      quantity,
      unit: unit === '' ? '1' : unit,
      ...(cell.symmetryPoint === undefined ? {} : { symmetryPoint: cell.symmetryPoint }),
    }),
    caption: `${name}: ${quantity} after each pulse in the order of time, and the step of each pulse over the ${quantity} before it. Lines: the curves behind the labels.${all.some(({ outliers }) => outliers.at.length > 0) ? ' Ringed: outliers, in no step.' : ''}`,
    file: `figures/trains${i === 0 ? '' : `-${i + 1}`}`,
  };
}

function drawn({ train, labels, withoutOutliers, outliers }: TrainDescription, fitted: boolean): DrawnTrain {
  const { fixed, free } = withoutOutliers ?? labels;
  return {
    direction: train.direction,
    pulse: train.pulses,
    value: train.states,
    outliers: outliers.at,
    fits: fitted
      ? [
          ...(fixed === undefined ? [] : [{ label: 'ends fixed', value: fixed.curve }]),
          { label: 'ends free', value: free.curve },
        ]
      : [],
  };
}

function labelTable(cells: readonly { cell: CellDescription; name: string }[]) {
  const rows = cells.flatMap(({ cell, name }) =>
    (['up', 'down'] as const).flatMap((way) =>
      cell[way].flatMap((train, n): PageCell[][] => {
        const repeats = cell[way].length > 1 ? ` ${train.train.cycle ?? n + 1}` : '';
        const row = (pair: TrainDescription['labels'], note: string): PageCell[] => [
          name,
          `${words[way]}${repeats}${note}`,
          { value: train.points },
          { value: Number(train.pulses.toPrecision(6)) },
          pair.fixed === undefined ? '–' : signed(pair.fixed.label),
          pair.fixed === undefined ? '–' : pair.fixed.r2.toFixed(3),
          signed(pair.free.label),
          pair.free.r2.toFixed(3),
          { value: 100 * (pair.free.rmse / (train.high - train.low)) },
        ];
        return train.withoutOutliers === undefined
          ? [row(train.labels, '')]
          : [
              row(
                train.withoutOutliers,
                train.outliers.at.length === 1
                  ? ', without 1 outlier'
                  : `, without ${train.outliers.at.length} outliers`,
              ),
              row(train.labels, ', all points'),
            ];
      }),
    ),
  );
  return {
    columns: [
      { name: 'cell' },
      { name: 'train' },
      { name: 'points', unit: '1' },
      { name: 'pulses', unit: '1', hint: 'last pulse number minus the first' },
      { name: 'NL, fixed', unit: '1', hint: 'curve through the first and the last measured value' },
      { name: 'R²', unit: '1' },
      { name: 'NL, free', unit: '1', hint: 'offset and scale fitted' },
      { name: 'R²', unit: '1' },
      { name: 'rmse/range (%)', unit: '1', hint: 'of the curve with free ends' },
    ],
    rows: rows.slice(0, MOST_ROWS),
    note: `NL as NeuroSim writes it: negative for a depression that is fast first.${rows.length > MOST_ROWS ? ` ${MOST_ROWS} of ${rows.length} rows; all: trains.csv.` : ''}`,
  };
}

function cellTable(cells: readonly { cell: CellDescription; name: string }[]) {
  return {
    columns: [
      { name: 'cell' },
      { name: 'window' },
      { name: 'on/off', unit: '1' },
      { name: 'asymmetry', unit: '1', hint: '|NL up − NL down|, ends fixed' },
      { name: 'symmetry point', hint: 'where a pulse up and one down undo each other' },
      { name: 'c2c', hint: 'σ that a pulse adds, of the range, from repeated trains' },
      { name: 'states', hint: 'range over 2·1.96·σ' },
    ],
    rows: cells.slice(0, MOST_ROWS).map(({ cell, name }): PageCell[] => {
      const unit = [...cell.up, ...cell.down][0].train.unit || '1';
      const { window, noise, effectiveStates, asymmetry, symmetryPoint } = cell;
      const c2c = noise.up?.c2cRange ?? noise.down?.c2cRange;
      return [
        name,
        window === undefined
          ? 'two windows'
          : `${formatQuantity(window.low, unit)} … ${formatQuantity(window.high, unit)}`,
        { value: window?.onOff ?? Number.NaN },
        { value: asymmetry?.fixed ?? asymmetry?.free ?? Number.NaN },
        symmetryPoint === undefined ? 'none inside' : formatQuantity(symmetryPoint, unit),
        c2c === undefined
          ? 'cannot be separated'
          : c2c.identifiable
            ? `${(100 * c2c.value).toPrecision(c2c.value >= 0.995 ? 3 : 2)} %`
            : 'not identifiable',
        effectiveStates === undefined
          ? '–'
          : `${effectiveStates.from === 'residuals' ? '≥ ' : ''}${effectiveStates.value.toFixed(0)}`,
      ];
    }),
  };
}

function signed(label: number): string {
  return label.toFixed(3).replace('-', '−');
}

/** The law that each direction got, and the file that a network takes. */
function fitTables(fits: readonly FittedCell[]): PageTable[] {
  const tried = fits.filter(({ command }) => command === undefined);
  const others = new Map<string, { source: string; cells: number }>();
  for (const { command, source } of fits)
    if (command !== undefined)
      others.set(command, { source: source.name, cells: (others.get(command)?.cells ?? 0) + 1 });
  const left = fits.length - tried.length;
  if (fits.length === 0) return [];
  return [
    {
      title: 'Cell files',
      columns: [
        { name: 'cell' },
        { name: 'law up' },
        { name: 'rmse/range (%)', unit: '1' },
        { name: 'law down' },
        { name: 'rmse/range (%)', unit: '1' },
        { name: 'file, or why there is none' },
      ],
      rows: tried.map(({ name, up, down, file, refused }): PageCell[] => [
        name,
        up?.best.model ?? '–',
        { value: 100 * (up?.best.rmseOverRange ?? Number.NaN) },
        down?.best.model ?? '–',
        { value: 100 * (down?.best.rmseOverRange ?? Number.NaN) },
        file ?? refused ?? '',
      ]),
      note: `ohmprop train --cells FILE trains a network of such cells; ohmprop calibrate fit prints the comparison of laws with intervals.${left === 0 ? '' : ` The first ${tried.length} cells were fitted here; the other ${left} are listed below with the command that fits them.`}`,
    },
    ...(left === 0
      ? []
      : [
          {
            title: 'Not fitted here',
            folded: others.size > 12,
            columns: [
              { name: 'file' },
              { name: 'cells', unit: '1' },
              { name: 'command that makes the cell file' },
            ],
            rows: [...others].map(([command, { source, cells }]): PageCell[] => [
              source,
              { value: cells },
              command,
            ]),
          },
        ]),
  ];
}
