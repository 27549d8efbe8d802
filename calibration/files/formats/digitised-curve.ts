import type { Question } from '../../measured/index.js';
import type { RawColumn } from '../raw-table.js';
import { tablesIn } from '../text-tables.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';

const tick = /^#\s*([xy])_tick\s*=\s*([-+\d.eE]+)\s*,\s*([-+\d.eE]+)/;

/**
 * A curve read off a picture: remarks hold the axes and ticks (pixel, value), rows the values and pixels. An axis is scaled from
 * all its ticks; what they deviate from a line is the error floor of the reading.
 */
export const digitisedCurve: TextFormat = {
  recognises: ({ lines }) =>
    lines.slice(0, 50).some((line) => tick.test(line) || /^#\s*CALIBRATION_METADATA/.test(line)),
  read,
};

function read({ lines, answers }: FormatText): FormatFile {
  // Line numbers stay what they are.
  const found = tablesIn(lines.map((line) => (line.startsWith('#') ? '' : line)));
  const [table] = found.tables;
  const remarks: string[] = [];
  const questions: Question[] = [];
  const setting = (key: string): string | undefined => {
    const line = lines.find((one) => new RegExp(`^#\\s*${key}\\s*=`, 'i').test(one));
    return line?.slice(line.indexOf('=') + 1).trim();
  };
  const scaled = (axis: 'x' | 'y', columns: readonly RawColumn[]): RawColumn | undefined => {
    const own = columns.find(({ heading }) => new RegExp(`^${axis}(_?value)?$`, 'i').test(heading));
    const pixels = columns.find(({ heading }) => new RegExp(`^pixel_?${axis}$`, 'i').test(heading));
    const ticks = ticksOf(lines, axis);
    const log = /true/i.test(setting(`log_${axis}`) ?? '');
    const answered = answers[`${axis}Unit`];
    const line = ticks.length > 1 && pixels !== undefined ? lineThrough(ticks, log) : undefined;
    if (line !== undefined && pixels !== undefined) {
      remarks.push(
        `${axis} scaled from ${ticks.length} ticks; they deviate by up to ${line.residual.toPrecision(3)}${log ? ' (of the logarithm)' : ''}: the error floor of the reading`,
      );
    }
    const placeholder =
      ticks.length < 2 && Number(setting(`${axis}_min`)) === 0 && Number(setting(`${axis}_max`)) === 100;
    if (answered === undefined && (placeholder || axis === 'x')) {
      questions.push({
        key: `${axis}Unit`,
        text: placeholder
          ? `the ${axis} axis runs from 0 to 100, which nobody has calibrated: which quantity is it, and over which range?`
          : `in which unit is the ${axis} axis?`,
        flag: `--answer ${axis}Unit=V${placeholder ? ` --answer ${axis}Range=0,1` : ''}`,
        blocks: placeholder,
      });
    }
    const values =
      line === undefined || pixels === undefined ? own?.values : pixels.values.map((p) => line.at(p));
    if (values === undefined) return undefined;
    const range = placeholder ? rangeOf(answers[`${axis}Range`]) : undefined;
    return {
      heading: axis,
      ...(answered === undefined ? {} : { unit: answered }),
      values: range === undefined ? values : values.map((x) => range[0] + ((range[1] - range[0]) * x) / 100),
    };
  };
  const columns =
    table === undefined ? [] : (['x', 'y'] as const).flatMap((axis) => scaled(axis, table.columns) ?? []);
  // Without both axes it is a table like any other.
  if (table === undefined || columns.length < 2) {
    return { format: 'digitised curve', tables: found.tables, entries: [], remarks: [] };
  }
  return {
    format: 'digitised curve',
    tables: [{ ...table, columns }],
    entries: [],
    remarks,
    questions,
    kind: 'curve',
  };
}

function ticksOf(lines: readonly string[], axis: string): (readonly [pixel: number, value: number])[] {
  return lines.flatMap((line): (readonly [number, number])[] => {
    const match = tick.exec(line);
    return match === null || match[1] !== axis ? [] : [[Number(match[2]), Number(match[3])]];
  });
}

/** Least squares through the ticks, of the logarithm of the values where the axis is one. */
function lineThrough(ticks: readonly (readonly [number, number])[], log: boolean) {
  const points = ticks.map(([pixel, value]): [number, number] => [pixel, log ? Math.log10(value) : value]);
  const mean = (k: 0 | 1): number => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const [px, py] = [mean(0), mean(1)];
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - px) * (y - py), 0) /
    points.reduce((sum, [x]) => sum + (x - px) ** 2, 0);
  const straight = (pixel: number): number => py + slope * (pixel - px);
  const residual = Math.max(...points.map(([x, y]) => Math.abs(straight(x) - y)));
  return { residual, at: (pixel: number): number => (log ? 10 ** straight(pixel) : straight(pixel)) };
}

function rangeOf(text: string | undefined): [number, number] | undefined {
  const [low, high] = (text ?? '').split(',').map(Number);
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : undefined;
}
