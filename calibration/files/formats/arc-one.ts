import { numberIn } from '../cell-text.js';
import type { RawColumn, RawTable } from '../raw-table.js';
import { splitLine } from '../split-lines.js';
import type { FormatText, TextFormat } from './text-format.js';

/** Lines above the one of names: the session's name and its time. */
const BEGINNING = 6;
const heading = /^"?Wordline"?,\s*"?Bitline"?,/;

/**
 * ArC ONE sessions (arc1_pyqt): one row an operation, cells counted from 1, R in ohm. A module's rows are tagged _s, _i, _e (start,
 * inner, end); a curve tracer's (CT) are a sweep whose current is V/R at the read voltage; S R, F R are reads, P are pulses.
 */
export const arcOne: TextFormat = {
  recognises: ({ lines }) => lines.slice(0, BEGINNING).some((line) => heading.test(line)),
  read,
};

interface Operation {
  readonly line: number;
  readonly cell: string;
  readonly resistance: number;
  readonly amplitude: number;
  readonly width: number;
  readonly tag: string;
  readonly readVoltage: number;
}

function read({ lines }: FormatText) {
  const top = lines.findIndex((line) => heading.test(line));
  const names = splitLine(lines[top], ',').map((name) => name.toLowerCase());
  const at = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name));
  const columns = {
    resistance: at(/^resistance/),
    amplitude: at(/^amplitude/),
    width: at(/^pulse width/),
    tag: at(/^tag/),
    readVoltage: at(/^readvoltage/),
  };
  const operations = lines.slice(top + 1).flatMap((line, k): Operation[] => {
    if (line.trim() === '') return [];
    const cells = splitLine(line, ',');
    const number = (c: number): number => numberIn(cells[c] ?? '', false);
    return [
      {
        line: top + k + 2,
        cell: `W${cells[0]}B${cells[1]}`,
        resistance: number(columns.resistance),
        amplitude: number(columns.amplitude),
        width: number(columns.width),
        tag: cells[columns.tag] ?? '',
        readVoltage: number(columns.readVoltage),
      },
    ];
  });
  return {
    format: 'ArC ONE session',
    tables: blocksOf(operations).map(tableOf),
    entries: [],
    remarks: operations.some(({ tag }) => /^CT/.test(tag))
      ? ['current of curve tracer rows is read voltage over resistance']
      : [],
    siUnits: true,
  };
}

/** Runs of one cell and one module. */
function blocksOf(operations: readonly Operation[]): Operation[][] {
  const blocks: Operation[][] = [];
  for (const operation of operations) {
    const block = blocks.at(-1);
    const before = block?.at(-1);
    const goesOn =
      before !== undefined &&
      before.cell === operation.cell &&
      moduleOf(before) === moduleOf(operation) &&
      !/_s$/.test(operation.tag) &&
      !/_e$/.test(before.tag);
    if (goesOn) block?.push(operation);
    else blocks.push([operation]);
  }
  return blocks;
}

/** `CT2` of `CT2_i_3`; reads and pulses by hand are one module. */
function moduleOf({ tag }: Operation): string {
  const module = /^(.+?)_(?:s|i|e)(?:_.*)?$/.exec(tag);
  return module === null ? '' : module[1];
}

function tableOf(block: readonly Operation[]): RawTable {
  const [{ cell }] = block;
  const module = moduleOf(block[0]);
  const of = (name: string, unit: string, value: (one: Operation) => number): RawColumn => ({
    heading: name,
    unit,
    values: Float64Array.from(block, value),
  });
  const traced = /^CT/.test(module);
  return {
    name: module === '' ? cell : `${cell} ${module}`,
    cell,
    columns: traced
      ? [
          of('ReadVoltage', 'V', ({ readVoltage }) => readVoltage),
          of('Current', 'A', ({ readVoltage, resistance }) => readVoltage / resistance),
        ]
      : [
          of('Amplitude', 'V', ({ amplitude }) => amplitude),
          of('Pulse width', 's', ({ width }) => width),
          of('Resistance', 'ohm', ({ resistance }) => resistance),
        ],
    lines: block.map(({ line }) => line),
    entries: [],
  };
}
