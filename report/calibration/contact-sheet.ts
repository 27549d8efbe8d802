import {
  cutNames,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  note,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  spread,
} from '../drawing/index.js';
import type { Loop } from './loops.js';
import { sizeExtremes } from './loops.js';

/** One file of a contact sheet: its loops, and what it was found to be. */
export interface ContactPrint {
  readonly name: string;
  readonly verdict: string;
  /** What switches is drawn in colour, all else in grey. */
  readonly switches: boolean;
  readonly loops: readonly Pick<Loop, 'voltage_V' | 'current_A'>[];
}

/** What `contactSheet` draws. */
export interface ContactSheet extends FigureText {
  readonly prints: readonly ContactPrint[];
  readonly subtitle?: string;
}

/** A print is about so wide, points. */
const PRINT_PT = 100;
/** Axis and gap, which a name does not reach over. */
const NAME_ROOM_PT = 26;

/** Every file as a small picture of |I| over the voltage, on the same current axis, its verdict above: what a folder holds at a look. */
export function contactSheet(data: ContactSheet): Figure {
  const { prints, subtitle } = data;
  const all = prints.flatMap(({ loops }) => loops);
  const y = quantityAxis({
    quantity: '|current|',
    unit: 'A',
    scale: 'log',
    domain: logSpread(all.flatMap(sizeExtremes)),
    grid: true,
    bare: true,
  });
  const panelOf = (print: ContactPrint, name: string, first: boolean, last: boolean): Panel => {
    const { title = '', ...untitled } = quantityAxis({
      quantity: 'voltage',
      unit: 'V',
      domain: spread(print.loops.flatMap(({ voltage_V }) => Array.from(voltage_V))),
      bare: true,
    });
    const crowded = print.loops.length > 5;
    return {
      title: [name, print.verdict],
      strong: true,
      x: last ? { title, ...untitled } : untitled,
      y,
      bareY: !first,
      size: (free) => ({ width: free, height: Math.max(44, free * 0.62) }),
      marks: [
        ...print.loops.map(({ voltage_V, current_A }) =>
          line(
            Array.from(voltage_V, (voltage, i): Point => [voltage, Math.abs(current_A[i]) || Number.NaN]),
            {
              colour: print.switches ? palette.blue : ink.muted,
              width: crowded ? 0.5 : 0.8,
              ...(crowded ? { opacity: 0.5 } : {}),
              label: print.name,
              clip: true,
            },
          ),
        ),
        ...(print.loops.length === 0 ? [note([0.5, 0.5], 'no sweep', { anchor: 'middle' })] : []),
      ],
    };
  };
  return figureOf(
    data,
    'Every file',
    () => ({
      columns: ['file', 'verdict', 'loop', 'voltage_V', 'current_A'],
      rows: prints.flatMap(({ name, verdict, loops }) =>
        loops.flatMap(({ voltage_V, current_A }, n) =>
          Array.from(voltage_V, (voltage, i) => [name, verdict, n + 1, voltage, current_A[i]]),
        ),
      ),
    }),
    (width) => {
      const across = Math.max(1, Math.min(prints.length, Math.floor(width / PRINT_PT)));
      const names = cutNames(
        prints.map(({ name }) => name),
        width / across - NAME_ROOM_PT,
      );
      const rows = Array.from({ length: Math.ceil(prints.length / across) }, (_, r) =>
        Array.from({ length: across }, (_, c) => {
          const at = r * across + c;
          return at < prints.length
            ? panelOf(prints[at], names[at], c === 0, at + across >= prints.length)
            : undefined;
        }),
      );
      return { ...(subtitle === undefined ? {} : { subtitle }), rows };
    },
  );
}
