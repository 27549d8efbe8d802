/**
 * What a cell of a text is: `number`, `empty` (or a word that instruments write for it), `quantity` with its unit, `date`, `text`.
 */
export type CellClass = 'number' | 'empty' | 'quantity' | 'date' | 'text';

const point = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d{1,4})?$/;
const comma = /^[+-]?(?:\d+,\d*|,\d+)(?:[eEdD][+-]?\d{1,4})?$/;
/** 1,234.5 and 1,234,567: grouped by commas, which no decimal comma is followed by. */
const grouped = /^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:,\d{3}){2,})(?:[eE][+-]?\d{1,4})?$/;
/** 9.279,77 and 1.234.567: grouped by points, as in German and Spanish. */
const pointGrouped = /^[+-]?\d{1,3}(?:(?:\.\d{3})+,\d*|(?:\.\d{3}){2,})(?:[eE][+-]?\d{1,4})?$/;
/** 9'279.77, and with narrow blanks: Swiss, and SI. */
const markGrouped = /^[+-]?\d{1,3}(?:['\u2019\u00a0\u202f]\d{3})+(?:[.,]\d*)?$/;
const powerOfTen = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)) ?[×x*·] ?10\^?\(?([+-]?\d{1,4})\)?$/;
const quantity = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,4})?) ?([a-zA-Zµμ\u03a9\u2126%°]{1,6})$/;
const date =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?Z?)?$|^\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?$/i;
const nothing =
  /^(?:nan|-?1\.#(?:ind|qnan|inf)\d*|[+-]?inf(?:inity)?|n\/?a|null|none|nil|-{1,4}|#(?:ref|div\/0|n\/a|value|num|name|null)!?|ovld|ovrflw|overflow|overload|over|ol)$/i;

/** What stands in a cell, blanks around it removed. @param commas whether a comma may be a decimal mark */
export function classOf(cell: string, commas: boolean): CellClass {
  if (cell === '') return 'empty';
  const first = cell.charCodeAt(0);
  // A digit, a sign or a mark of decimals begins every number.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46 || first === 44) {
    if (point.test(cell) || (commas && comma.test(cell)) || grouped.test(cell)) return 'number';
    if ((commas && pointGrouped.test(cell)) || markGrouped.test(cell)) return 'number';
    if (powerOfTen.test(cell)) return 'number';
    if (date.test(cell)) return 'date';
    if (quantity.test(cell)) return 'quantity';
  }
  if (nothing.test(cell)) return 'empty';
  return 'text';
}

/** The number in a cell of class `number`; NaN in any other. @param decimalComma a single comma is the decimal mark */
export function numberIn(cell: string, decimalComma: boolean): number {
  if (point.test(cell)) return Number(/[dD]/.test(cell) ? cell.replace(/[dD]/, 'e') : cell);
  if (decimalComma && comma.test(cell)) return Number(cell.replace(',', '.').replace(/[dD]/, 'e'));
  if (grouped.test(cell)) return Number(cell.replaceAll(',', ''));
  if (pointGrouped.test(cell)) return Number(cell.replaceAll('.', '').replace(',', '.'));
  if (markGrouped.test(cell)) return Number(cell.replace(/['\u2019\u00a0\u202f]/g, '').replace(',', '.'));
  const power = powerOfTen.exec(cell);
  return power === null ? Number.NaN : Number(`${power[1]}e${power[2]}`);
}

/** Whether a number is grouped by points, so that its comma is the decimal mark: `9.279,77`. */
export const isPointGrouped = (cell: string): boolean => pointGrouped.test(cell);

/** Number and unit of a cell of class `quantity`: `100 nA`, `1.2mV`. */
export function quantityIn(cell: string): { readonly value: number; readonly unit: string } | undefined {
  const match = quantity.exec(cell);
  return match === null ? undefined : { value: Number(match[1].replace(',', '.')), unit: match[2] };
}

/** Numbers this large are marks of an overrange: ±9.9e37, +9.91e37 (SCPI 1999, 7.2.1.4 and 7.2.1.5). */
export const OVERRANGE = 9e37;
