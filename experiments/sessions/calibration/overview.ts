import type { AnalysedFile, Batch } from '../../../calibration/batch/index.js';
import { windowQuestion } from '../../../calibration/cell-files/index.js';
import type { Question } from '../../../calibration/measured/index.js';
import { formatQuantity } from '../../../core/index.js';
import type { CalibrationPage, KeyNumber, MeasuredNumber, PageQuestion } from '../../../report/index.js';
import { type CellRow, kindOf, medianOf, sharedRead } from './cell-rows.js';
import { cycleQuantities, medianCell, shownEstimate } from './feature-summary.js';
import { fitOf } from './fit-cells.js';

/** How many files are what, those that switch first. */
export function countsOf(files: readonly AnalysedFile[]): CalibrationPage['counts'] {
  const counts = new Map<string, { label: string; count: number; switches: boolean }>();
  for (const file of files) {
    const { label, switches } = kindOf(file);
    const before = counts.get(label);
    counts.set(label, {
      label,
      count: (before?.count ?? 0) + 1,
      switches: switches || before?.switches === true,
    });
  }
  return [...counts.values()].sort((a, b) => Number(b.switches) - Number(a.switches) || b.count - a.count);
}

/** The numbers that stand on top: of one cell its medians, of many the median over the cells. */
export function keyNumbersOf(files: readonly AnalysedFile[], rows: readonly CellRow[]): KeyNumber[] {
  const switching = rows.filter(({ loops, cycles }) => loops.verdict.switches && cycles.length > 0);
  const numbers: KeyNumber[] = [];
  if (switching.length > 0) {
    const shared = sharedRead(switching);
    const at = shared.read_V === undefined ? '' : `at ${formatQuantity(shared.read_V, 'V')}`;
    for (const quantity of cycleQuantities.filter(({ key }) => key !== 'loop_area_VA')) {
      const voltage = quantity.unit === 'V';
      // States are compared where they were read alike.
      const among = voltage ? switching : shared.at;
      const medians = among
        .map((row) => medianCell(row, quantity))
        .filter(({ value }) => Number.isFinite(value));
      const number: MeasuredNumber =
        switching.length === 1
          ? medianCell(switching[0], quantity)
          : { value: medianOf(medians.map(({ value }) => value)) };
      if (Number.isNaN(number.value)) continue;
      const cycles = switching[0].cycles.filter((cycle) => Number.isFinite(quantity.of(cycle))).length;
      const of =
        switching.length === 1
          ? cycles === 1
            ? 'one cycle'
            : `median of ${cycles} cycles`
          : medians.length === switching.length
            ? `median of ${switching.length} cells`
            : `median of the ${medians.length} of ${switching.length} cells that show one`;
      numbers.push({
        name: quantity.symbol,
        number,
        unit: quantity.unit,
        note: voltage ? of : `${at}, ${of}`,
      });
    }
  }
  return [...numbers, ...trainNumbers(files), ...enduranceNumbers(files, numbers.length > 0)];
}

/** Of one table of cycles, where nothing else is on top. */
function enduranceNumbers(files: readonly AnalysedFile[], others: boolean): KeyNumber[] {
  const tables = files.flatMap(({ features }) => features.endurance);
  if (others || tables.length === 0 || files.length > 1) return [];
  return tables
    .flatMap(({ summaries }) => summaries)
    .slice(0, MOST_NUMBERS)
    .map((summary) => ({
      name: summary.name,
      number: shownEstimate(summary.median),
      unit: summary.unit || '1',
      note: `median of ${summary.n} cycles`,
    }));
}

const MOST_NUMBERS = 5;

function trainNumbers(files: readonly AnalysedFile[]): KeyNumber[] {
  const cells = files.flatMap(({ trains }) => trains?.cells ?? []);
  if (cells.length !== 1) return [];
  const [cell] = cells;
  return (['up', 'down'] as const).flatMap((way): KeyNumber[] => {
    const train = cell[way][0];
    if (train === undefined) return [];
    const { fixed, free } = train.withoutOutliers ?? train.labels;
    const label = fixed ?? free;
    const other = fixed === undefined ? '' : `, free ends ${free.label.toFixed(2).replace('-', '−')}`;
    return [
      {
        name: `NL ${way}`,
        number: { value: Number(label.label.toFixed(3)) },
        unit: '1',
        note: `${fixed === undefined ? 'free ends' : 'ends fixed'}, R² ${label.r2.toFixed(3)}${other}`,
      },
    ];
  });
}

/**
 * Questions of all files, one a kind: files that ask for the same with the same answer suggested, by the words of the first, and how many
 * ask. Where files of two kinds ask for one key, an answer to all would be wrong for some: each says how to answer its own. Those without
 * whose answer nothing can be said come first, then those of most files.
 */
export function questionsOf({ analysed }: Pick<Batch, 'analysed'>): PageQuestion[] {
  const asked = new Map<string, { -readonly [K in keyof PageQuestion]: PageQuestion[K] }>();
  for (const file of analysed) {
    const { name } = file;
    const seen = new Set<string>();
    for (const { key, text, choices, flag, blocks } of [...file.questions, ...ofCells(file)]) {
      if (seen.has(key)) continue;
      seen.add(key);
      // A window is stated file by file, in a command that names it.
      const kind = key === 'window' ? key : flag;
      const before = asked.get(kind);
      if (before === undefined) {
        asked.set(kind, {
          text: `${name}: ${text}`,
          key,
          flag,
          files: 1,
          blocks,
          ...(choices === undefined ? {} : { choices }),
        });
      } else {
        before.files++;
        before.blocks ||= blocks;
      }
    }
  }
  const kinds = [...asked.values()];
  for (const one of kinds) {
    if (kinds.filter(({ key }) => key === one.key).length < 2) continue;
    const answer = one.flag.replace(/^--answer [^=]*=/, '');
    one.text += `; other files need another answer: in calibrate.yaml, under files, "NAME": { ${one.key}: "${answer}" }`;
  }
  return kinds.sort((a, b) => Number(b.blocks) - Number(a.blocks) || b.files - a.files);
}

/** What is asked before a cell file is made of trains; the report itself has no window to be told. */
function ofCells(file: AnalysedFile): Question[] {
  return (file.trains?.cells ?? []).flatMap((cell) => {
    const question = windowQuestion(cell);
    return question === undefined ? [] : [{ ...question, flag: `${fitOf(file)} ${question.flag}` }];
  });
}
