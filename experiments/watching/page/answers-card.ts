import type { Confusion } from '../told.js';
import { make } from './elements.js';
import { mapColour } from './style.js';

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
      // Dark ground for large shares: ink is light there.
      const [r, g, b] = mapColour(0.95 - 0.8 * share);
      if (count > 0) {
        cell.style.background = `rgb(${r} ${g} ${b})`;
        cell.style.color = share > 0.45 ? '#ffffff' : '#000000';
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
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Answers of the newest test' },
      table,
    ),
  ];
}
