import { inputError } from '../core/index.js';
import { coloursBetween } from './colour-map.js';
import {
  bars,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  label,
  nameAxis,
  type Panel,
  textWidth,
} from './drawing/index.js';

/** What `confusionMatrix` draws: answers against targets. */
export interface ConfusionMatrix extends FigureText {
  /** How often each target (row) got each answer (column): row-major `[classes × classes]`. */
  readonly counts: ArrayLike<number>;
  readonly classes: readonly string[];
}

/** Widest and narrowest cell, points; the narrowest is as high as a name. */
const MAX_CELL = 38;
const MIN_HEIGHT = 10.5;
/** Of a cell, the number in it takes at most so much of the width. */
const NUMBER_SHARE = 0.92;
/** A longer name is cut, points. */
const NAME_PT = 70;
/** Share of a row from which its cell is so dark that the number in it must be white. */
const DARK_SHARE = 0.35;
/** For shares evenly spaced in their roots, so that rare errors are seen. */
const COLOURS = ['#f3f4f6', '#9ecae1', '#4292c6', '#08519c'];
const LEGEND_STOPS = 24;

/**
 * A heat map of counts: each cell's colour is its share of the row. The number in it is the count; where that does not fit,
 * the share in per cent, and where even that does not, none.
 */
export function confusionMatrix(data: ConfusionMatrix): Figure {
  const { counts, classes } = data;
  const n = classes.length;
  if (counts.length !== n * n) {
    throw inputError(
      'report.shape',
      `confusion matrix of ${n} classes: ${n * n} counts are needed, got ${counts.length}`,
    );
  }
  const cells = Array.from({ length: n * n }, (_, i) => {
    const [target, answer] = [Math.floor(i / n), i % n];
    let row = 0;
    for (let k = 0; k < n; k++) row += counts[target * n + k];
    return { target, answer, count: counts[i], share: row > 0 ? counts[i] / row : 0 };
  });
  const all = cells.reduce((sum, { count }) => sum + count, 0);
  const right = cells.reduce((sum, { target, answer, count }) => sum + (target === answer ? count : 0), 0);
  const summary = `${right} of ${all} right (${all > 0 ? ((100 * right) / all).toFixed(2) : '–'} %)`;
  const table = {
    columns: ['target', 'answer', 'count', 'share_of_target'],
    rows: cells.map(({ target, answer, count, share }) => [classes[target], classes[answer], count, share]),
  };
  const side = (free: number) => Math.min(MAX_CELL, free / n);
  return figureOf(data, 'Targets and answers', table, (width) => {
    const names = Math.min(NAME_PT, Math.max(0, ...classes.map((name) => textWidth(name))));
    const cell = side(width - names - 33);
    const fits = (texts: readonly string[]) => texts.every((text) => textWidth(text) <= cell * NUMBER_SHARE);
    const filled = cells.filter(({ count }) => count > 0);
    const kinds = [
      { text: ({ count }: (typeof cells)[number]) => String(count), said: '' },
      {
        text: ({ share }: (typeof cells)[number]) => String(Math.round(100 * share)),
        said: '; numbers: % of the target',
      },
      { text: () => '', said: '' },
    ];
    const { text, said } = kinds.find((kind) => fits(filled.map(kind.text))) ?? kinds[2];
    const panel: Panel = {
      x: nameAxis({ names: classes, title: 'answer', most: NAME_PT }),
      y: nameAxis({ names: classes, title: 'target', most: NAME_PT, fromTop: true }),
      size: (free) => ({ width: side(free) * n, height: Math.max(side(free), MIN_HEIGHT) * n }),
      marks: [
        bars(
          cells.map(({ target, answer, share }) => ({
            from: [answer - 0.48, target - 0.48],
            to: [answer + 0.48, target + 0.48],
            colour: coloursBetween(COLOURS, Math.sqrt(share)),
          })),
        ),
        ...filled.map((c) =>
          label([c.answer, c.target], text(c), c.share > DARK_SHARE ? ink.paper : ink.text),
        ),
      ],
      colourBar: {
        title: 'share of the target',
        domain: [0, 100],
        type: 'linear',
        stops: Array.from({ length: LEGEND_STOPS }, (_, i) =>
          coloursBetween(COLOURS, Math.sqrt(i / (LEGEND_STOPS - 1))),
        ),
        suffix: ' %',
      },
    };
    return { title: 'Targets and answers', subtitle: `${summary}${said}`, rows: [[panel]] };
  });
}
