import type { Confusion } from '../told.js';
import { make } from './elements.js';

/** Answers of the newest test against what was asked for; shades by the share of a row. */
export function answersCard({ classes, counts }: Confusion): Node[] {
  const n = Math.sqrt(counts.length);
  const name = (k: number) => classes[k] ?? String(k);
  const rows = Array.from({ length: n }, (_, row) => {
    const sum = counts.slice(row * n, (row + 1) * n).reduce((total, count) => total + count, 0);
    const cells = Array.from({ length: n }, (_, column) => {
      const count = counts[row * n + column];
      const share = sum === 0 ? 0 : count / sum;
      const cell = make('td', {}, count === 0 ? '·' : String(count));
      if (count > 0) {
        cell.style.background = `rgb(0 98 155 / ${0.08 + 0.92 * share})`;
        // Light ink on dark ground.
        if (share > 0.5) cell.style.color = '#ffffff';
      }
      return cell;
    });
    return make('tr', {}, make('th', { scope: 'row' }, name(row)), ...cells);
  });
  const head = make(
    'tr',
    {},
    make('td'),
    ...Array.from({ length: n }, (_, k) => make('th', { scope: 'col' }, name(k))),
  );
  const table = make(
    'table',
    {},
    make('caption', { class: 'muted' }, 'Rows: what was asked for. Columns: the answer.'),
    head,
    ...rows,
  );
  return [
    make('h3', {}, 'Answers of the newest test'),
    make(
      'div',
      { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': 'Answers of the newest test' },
      table,
    ),
  ];
}
