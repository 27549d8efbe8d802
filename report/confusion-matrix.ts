import { inputError } from '../core/index.js';
import type { FigureSpec } from './figure.js';
import { textWidth_px } from './text-width.js';
import { ink } from './theme.js';

/** What `confusionMatrix` draws: answers against targets. */
export interface ConfusionMatrix {
  /** How often each target (row) got each answer (column): row-major `[classes × classes]`. */
  readonly counts: ArrayLike<number>;
  readonly classes: readonly string[];
  readonly title?: string;
}

const MAX_CELL_PX = 44;
const MIN_CELL_PX = 22;
/** A cell grows with the names of the classes up to here; a longer name is cut off. */
const MAX_NAME_PX = 80;
/** Share of a row from which its cell is so dark that the number in it must be white. */
const DARK_SHARE = 0.35;

/** A heat map of counts: each cell's colour is its share of the row, on a root scale so that rare errors are seen. */
export function confusionMatrix({ counts, classes, title }: ConfusionMatrix): FigureSpec {
  const n = classes.length;
  if (counts.length !== n * n) {
    throw inputError(
      'report.shape',
      `confusion matrix of ${n} classes: ${n * n} counts are needed, got ${counts.length}`,
    );
  }
  const cells = [];
  let right = 0;
  let all = 0;
  for (let target = 0; target < n; target++) {
    let row = 0;
    for (let answer = 0; answer < n; answer++) row += counts[target * n + answer];
    for (let answer = 0; answer < n; answer++) {
      const count = counts[target * n + answer];
      cells.push({ target, answer, count, share: row === 0 ? 0 : count / row });
    }
    right += counts[target * n + target];
    all += row;
  }
  const longestName_px = Math.max(...classes.map((name) => textWidth_px(name, 12, false)));
  const cell = Math.max(
    Math.min(MAX_CELL_PX, 440 / n),
    Math.min(longestName_px + 10, MAX_NAME_PX),
    MIN_CELL_PX,
  );
  const side = Math.max(cell * n, 120);
  const summary = `${right} of ${all} right (${all === 0 ? '–' : ((100 * right) / all).toFixed(2)} %)`;
  // Classes are numbers inside, so that two of the same name stay apart.
  const axis = (name: string) => ({
    title: name,
    domain: false,
    ticks: false,
    labelAngle: 0,
    labelExpr: `${JSON.stringify(classes)}[datum.value]`,
    labelLimit: name === 'answer' ? side / n - 4 : 160,
  });
  return {
    title: { text: title ?? 'Targets and answers', subtitle: summary },
    width: side,
    height: side,
    data: { values: cells },
    encoding: {
      x: { field: 'answer', type: 'ordinal', axis: axis('answer'), scale: { padding: 0 } },
      y: { field: 'target', type: 'ordinal', axis: axis('target'), scale: { padding: 0 } },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: ink.paper, strokeWidth: 1 },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'share of target',
            scale: {
              type: 'sqrt',
              domain: [0, 1],
              range: ['#f3f4f6', '#9ecae1', '#4292c6', '#08519c'],
              interpolate: 'rgb',
            },
            legend: { format: '.0%', gradientLength: 140, values: [0, 0.05, 0.25, 0.5, 1] },
          },
        },
      },
      {
        transform: [{ filter: 'datum.count > 0' }],
        mark: { type: 'text', fontSize: Math.min(13, cell * 0.36) },
        encoding: {
          text: { field: 'count', type: 'quantitative', format: 'd' },
          color: { condition: { test: `datum.share > ${DARK_SHARE}`, value: ink.paper }, value: ink.text },
        },
      },
    ],
  };
}
