import { arcOne } from './arc-one.js';
import { digitisedCurve } from './digitised-curve.js';
import { easyExpert } from './easyexpert.js';
import { matlabBlocks } from './matlab-blocks.js';
import { lecroy, rigol } from './oscilloscopes.js';
import { stepTable } from './step-table.js';
import { tektronix } from './tektronix.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';
import { trainsInLines } from './trains-in-lines.js';

/** Formats that the general reader would misread, in the order in which they are asked. To add one: a file, and a line here. */
const formats: readonly TextFormat[] = [
  easyExpert,
  arcOne,
  digitisedCurve,
  stepTable,
  tektronix,
  rigol,
  lecroy,
  matlabBlocks,
  trainsInLines,
];

/** Reads a text by the format that knows it; undefined where none does. */
export function readByFormat(text: FormatText): FormatFile | undefined {
  return formats.find((format) => format.recognises(text))?.read(text);
}
export type { FormatFile, FormatText } from './text-format.js';
