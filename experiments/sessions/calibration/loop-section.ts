import { basename } from 'node:path';
import type { AnalysedFile, CommonVoltage } from '../../../calibration/batch/index.js';
import { formatQuantity } from '../../../core/index.js';
import {
  contactSheet,
  type Loop,
  loopsFigure,
  type PageCell,
  type PageFigure,
  type PageSection,
  type PageTable,
} from '../../../report/index.js';
import { type CellRow, kindOf } from './cell-rows.js';
import { evenly } from './evenly.js';
import { medianCell, quantitiesOf, shownEstimate } from './feature-summary.js';
import { groupedRemarks } from './grouped-remarks.js';

/** Loops over each other in one figure, at most. */
const MOST_LOOPS = 160;
/** Files of a contact sheet. */
const MOST_PRINTS = 48;
/** Rows of a table of a page; the rest is in the CSV. */
export const MOST_ROWS = 60;

/** Current over voltage of everything that was swept, and the table of its features. */
export function loopSection(
  files: readonly AnalysedFile[],
  rows: readonly CellRow[],
  common?: CommonVoltage,
): PageSection | undefined {
  const swept = files.filter(({ features }) => features.loops.length > 0);
  if (swept.length === 0) return undefined;
  const switching = swept.filter(({ features }) => features.verdict?.switches);
  const others = swept.filter((file) => !switching.includes(file));
  const figures: PageFigure[] = [];
  const shown = switching.length > 0 ? switching : swept;
  figures.push(overlaid(shown, rows, switching.length > 0));
  if (swept.length > 1) figures.push(contacts(swept));
  return {
    title: 'Current and voltage',
    lead: `${leadOf(swept, switching)}${common === undefined ? '' : commonText(common, rows)}`,
    figures,
    tables: tablesOf(rows, others),
    remarks: groupedRemarks(rows.flatMap(({ name, loops }) => loops.remarks.map((text) => ({ name, text })))),
  };
}

function leadOf(swept: readonly AnalysedFile[], switching: readonly AnalysedFile[]): string {
  const count = (n: number) => (n === 1 ? '1 file' : `${n} files`);
  if (switching.length === 0) {
    return swept.length === 1
      ? `Nothing switches here: ${swept[0].features.verdict?.because ?? 'no change of state was seen'}. There are no set or reset voltages, and no model.`
      : `Nothing switches in ${count(swept.length)} with sweeps: there are no set or reset voltages, and no model.`;
  }
  if (swept.length === 1)
    return `It switches: ${swept[0].features.verdict?.because ?? ''}.`.replace('..', '.');
  const kinds = new Map<string, number>();
  for (const { features } of switching) {
    const name = features.verdict?.name ?? 'unclear';
    const kind = name === 'unclear' ? 'not clear how' : name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const how = [...kinds].map(([kind, n]) => (kinds.size === 1 ? kind : `${n} ${kind}`)).join(', ');
  if (switching.length === swept.length) return `All ${count(swept.length)} with sweeps switch (${how}).`;
  return `${switching.length} of ${count(swept.length)} with sweeps ${switching.length === 1 ? 'switches' : 'switch'} (${how}); the others get no set or reset voltages, and no model.`;
}

function commonText({ value_V, own_V }: CommonVoltage, rows: readonly CellRow[]): string {
  const apart = rows.filter(
    ({ loops }) => loops.verdict.switches && loops.readVoltage.value_V !== value_V,
  ).length;
  const range = [own_V[0], own_V[own_V.length - 1]].map((at) => formatQuantity(at, 'V')).join(' to ');
  const left =
    apart === 0
      ? ''
      : ` ${apart === 1 ? 'One cell cannot be read there and keeps its own; it is' : `${apart} cells cannot be read there and keep their own; they are`} in no comparison of conductances.`;
  return ` Each on its own, cells would have been read at ${range}; a window depends on where it is read, so all are compared at ${formatQuantity(value_V, 'V')}, the largest of these that every cell can be read at before it switches.${left}`;
}

/** Loops of at most so many are a colour each; else a colour each verdict. */
const MOST_NAMED = 7;

function overlaid(files: readonly AnalysedFile[], rows: readonly CellRow[], switching: boolean): PageFigure {
  const all = files.flatMap((file): Loop[] => {
    const group = files.length <= MOST_NAMED ? file.name : kindOf(file).label;
    const formingSeries = new Set(
      file.features.loops.flatMap(({ cycles }) =>
        cycles.filter(({ forming }) => forming).map(({ series }) => series),
      ),
    );
    // Of a file in one series, forming and cycles are one curve.
    const apart = new Set(file.loops.map(({ series }) => series)).size > 1;
    return file.loops.map(({ series, x, y }, i) => ({
      name: `${file.name}, ${series}${i > 0 && !apart ? ` ${i + 1}` : ''}`,
      group,
      voltage_V: x,
      current_A: y,
      ...(apart && formingSeries.has(series) ? { forming: true } : {}),
    }));
  });
  const drawn = evenly(all, MOST_LOOPS);
  const there = files.reduce((sum, { loopCount }) => sum + loopCount, 0);
  const reads = new Set(
    rows.filter(({ file }) => files.includes(file)).map(({ loops }) => loops.readVoltage.value_V),
  );
  const [read_V] = reads;
  const limits = new Set(
    files.map(({ settings }) => settings.find(({ name }) => name === 'compliance_A')?.value),
  );
  const [compliance_A] = limits;
  const choice = drawn.length < there ? ` ${drawn.length} of ${there} curves are drawn, evenly chosen.` : '';
  const long = files.some(({ loops }) => loops.some(({ of }) => of !== undefined))
    ? ' Of very long curves the ends, extremes and steps of even stretches are kept, in the figure and in its CSV.'
    : '';
  return {
    figure: loopsFigure({
      loops: drawn,
      ...(switching && reads.size === 1 && read_V !== undefined ? { read_V } : {}),
      ...(limits.size === 1 && compliance_A !== undefined ? { compliance_A } : {}),
    }),
    caption: `Current over voltage, and its size on a logarithmic axis, of ${files.length === 1 ? files[0].name : `${files.length} files`}.${choice}${long}`,
    file: 'figures/loops',
  };
}

function contacts(files: readonly AnalysedFile[]): PageFigure {
  // What switches first.
  const order = [...files].sort((a, b) => Number(kindOf(b).switches) - Number(kindOf(a).switches));
  const shown = evenly(order, MOST_PRINTS);
  // Folders are left out where names are enough.
  const bases = shown.map(({ name }) => basename(name));
  const names = new Set(bases).size === bases.length ? bases : shown.map(({ name }) => name);
  return {
    figure: contactSheet({
      prints: shown.map((file, i) => {
        const { verdict } = file.features;
        const cycles = file.features.loops.reduce((sum, loops) => sum + loops.cycles.length, 0);
        const more = verdict?.switches
          ? `, ${cycles === 1 ? '1 cycle' : `${cycles} cycles`}`
          : verdict?.resistance_Ohm === undefined
            ? ''
            : `, ${formatQuantity(verdict.resistance_Ohm.value, 'Ω')}`;
        return {
          name: names[i],
          verdict: `${verdict?.name ?? ''}${more}`,
          switches: verdict?.switches === true,
          loops: evenly(file.loops, 12).map(({ x, y }) => ({ voltage_V: x, current_A: y })),
        };
      }),
    }),
    caption: `Every file with a sweep: |current| over voltage on one current axis; blue switches, grey does not.${shown.length < files.length ? ` ${shown.length} of ${files.length} files.` : ''}`,
    file: 'figures/every-file',
  };
}

function tablesOf(rows: readonly CellRow[], others: readonly AnalysedFile[]): PageTable[] {
  const switching = rows.filter(({ loops }) => loops.verdict.switches);
  const quiet = rows.filter(({ loops, file }) => !loops.verdict.switches && others.includes(file));
  const reads = [...new Set(switching.map(({ loops }) => loops.readVoltage.value_V))];
  const at = reads.length === 1 ? ` at ${formatQuantity(reads[0], 'V')}` : '';
  const features = quantitiesOf(switching).filter(({ key }) => key !== 'loop_area_VA');
  return [
    ...(switching.length === 0
      ? []
      : [
          {
            columns: [
              { name: 'cell' },
              { name: 'verdict' },
              { name: 'cycles', unit: '1', hint: 'without forming' },
              ...(switching.some(({ forming }) => forming !== undefined)
                ? [{ name: 'V_form', unit: 'V', hint: 'first set of a pristine cell' }]
                : []),
              ...features.map(({ symbol, unit, words }) => ({
                name: symbol,
                unit,
                hint: `${words}, median of the cycles`,
              })),
              ...(at === '' ? [{ name: 'read at', unit: 'V' }] : []),
              { name: 'at limit', hint: 'cycles that reached the compliance' },
            ],
            rows: switching
              .slice(0, MOST_ROWS)
              .map((row): PageCell[] => [
                row.name,
                row.loops.verdict.name,
                { value: row.cycles.length },
                ...(switching.some(({ forming }) => forming !== undefined)
                  ? [{ value: row.forming?.set?.at_V ?? Number.NaN }]
                  : []),
                ...features.map((quantity) => medianCell(row, quantity)),
                ...(at === '' ? [{ value: row.loops.readVoltage.value_V }] : []),
                limitText(row),
              ]),
            note: `Medians of the cycles without forming; R_on, R_off and the window${at === '' ? ' at the read voltage' : at}.${more(switching.length, 'features.csv')}`,
          },
        ]),
    ...(quiet.length === 0
      ? []
      : [
          {
            title: switching.length === 0 ? 'What it is' : 'What does not switch',
            columns: [
              { name: 'cell' },
              { name: 'verdict' },
              { name: 'R', unit: 'Ω', hint: 'slope of a straight line' },
              { name: 'because' },
            ],
            rows: quiet
              .slice(0, MOST_ROWS)
              .map(({ name, loops }): PageCell[] => [
                name,
                loops.verdict.name,
                shownEstimate(loops.verdict.resistance_Ohm),
                [
                  loops.verdict.because,
                  loops.verdict.missing === undefined ? '' : `Missing: ${loops.verdict.missing}`,
                ]
                  .filter(Boolean)
                  .join(' '),
              ]),
            ...(quiet.length > MOST_ROWS ? { note: more(quiet.length, 'features.csv').trim() } : {}),
          },
        ]),
  ];
}

function limitText({ cycles }: CellRow): string {
  const reached = cycles.filter(({ complianceReached }) => complianceReached).length;
  return reached === 0 ? 'no' : reached === cycles.length ? 'all' : `${reached} of ${cycles.length}`;
}

function more(count: number, file: string): string {
  return count > MOST_ROWS ? ` ${MOST_ROWS} of ${count} cells; all of them: ${file}.` : '';
}
