import { Html, html } from '../html.js';
import { type MeasuredNumber, readableUnit, sharedUnit, showNumber } from './measured-number.js';

/** One column: numbers of it are in the SI unit and shown with the prefix that suits all of them. */
export interface PageColumn {
  /** `V_set`: an underscore makes a subscript. */
  readonly name: string;
  /** SI unit, `1` for bare numbers; left out where the column holds text. */
  readonly unit?: string;
  /** What it is, shown when pointed at. */
  readonly hint?: string;
}

/** Text, or a number found from data. */
export type PageCell = string | MeasuredNumber;

/** A table of a page. */
export interface PageTable {
  readonly title?: string;
  readonly columns: readonly PageColumn[];
  readonly rows: readonly (readonly PageCell[])[];
  /** Below it: what was left out, where the rest is. */
  readonly note?: string;
  /** Folded away until asked for. */
  readonly folded?: boolean;
}

/** `V<sub>set</sub>` of `V_set`, in any text. */
export function withSubscripts(text: string): Html {
  const pieces = text.split(/\b([VIRGJTCtτβηνµρEAN]|NL)_([a-z]+)\b(?!-|\.\w)/u);
  let out = '';
  for (let i = 0; i < pieces.length; i += 3) {
    out += html`${pieces[i]}`.text;
    if (i + 2 < pieces.length) out += html`<i>${pieces[i + 1]}</i><sub>${pieces[i + 2]}</sub>`.text;
  }
  return new Html(out);
}

/** HTML of a table. */
export function pageTable({ title, columns, rows, note, folded = false }: PageTable): Html {
  const units = columns.map(({ unit }, c) =>
    unit === undefined
      ? undefined
      : sharedUnit(
          rows.flatMap((row) => (typeof row[c] === 'string' ? [] : [row[c].value])),
          unit,
        ),
  );
  const head = columns.map(({ name, unit, hint }, c) => {
    const shown = units[c]?.unit ?? '';
    const tail = unit === undefined || shown === '' ? undefined : html`<span class="unit">${shown}</span>`;
    const about = hint === undefined ? undefined : html` title="${hint}"`;
    return html`<th scope="col"${unit === undefined ? undefined : html` class="number"`}${about}>${withSubscripts(name)}${tail}</th>`;
  });
  const body = rows.map(
    (row, r) =>
      html`<tr>${row.map((cell, c) => {
        // A name that goes on from row to row is written once.
        const goesOn = c === 0 && typeof cell === 'string' && cell === rows[r - 1]?.[0];
        return cellHtml(goesOn ? '' : cell, columns[c], units[c]);
      })}</tr>
`,
  );
  const table = html`<div class="scroll"><table><thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>${note === undefined ? undefined : html`<p class="note">${withSubscripts(note)}</p>`}`;
  if (folded) return html`<details><summary>${title ?? 'Table'} (${rows.length})</summary>${table}</details>`;
  return html`${title === undefined ? undefined : html`<h3>${withSubscripts(title)}</h3>`}${table}`;
}

function cellHtml(
  cell: PageCell,
  column: PageColumn,
  shared: { factor: number; unit: string } | undefined,
): Html {
  if (typeof cell === 'string') {
    return html`<td${column.unit === undefined ? undefined : html` class="number"`}>${breakable(withSubscripts(cell))}</td>`;
  }
  // A unit of its own has a prefix of its own.
  const { value, interval, unit } = numberHtml(
    cell,
    cell.unit ?? column.unit ?? '1',
    cell.unit === undefined ? shared : undefined,
  );
  const about = cell.hint === undefined ? undefined : html` title="${cell.hint}"`;
  return html`<td class="number"${about}>${value}${unit}${interval === undefined ? undefined : html`<span class="interval">${interval}</span>`}</td>`;
}

/** Long names of files may be broken where their parts meet. */
function breakable({ text }: Html): Html {
  return new Html(
    text.replace(/[\w./-]{12,}/g, (name) =>
      name.includes('</') ? name : name.replace(/([_./-])(?=\w)/g, '$1<wbr>'),
    ),
  );
}

/** A number and, where its column has no prefix of its own, its unit. */
export function numberHtml(
  cell: MeasuredNumber,
  unit: string,
  shared: { factor: number; unit: string } | undefined,
): { value: string; interval?: string; unit: string } {
  const display = shared ?? readableUnit(cell.value, unit);
  const shown = showNumber(cell, display.factor, unit === '1');
  const own = shared === undefined && display.unit !== '' && shown.value !== '–' ? ` ${display.unit}` : '';
  return { ...shown, unit: own };
}
