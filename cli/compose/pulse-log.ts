import { closeSync, openSync, writeSync } from 'node:fs';
import { inputError } from '../../core/index.js';
import type { PulseListener, StoreGroup } from '../../devices/cells/index.js';

/** Writes every pulse as a line of CSV: update, group, row, column, polarity, count. `g1−` are the second cells of pairs. */
export class PulseLog implements PulseListener {
  private readonly file: number;

  constructor(path: string) {
    try {
      this.file = openSync(path, 'w');
    } catch (cause) {
      throw inputError(
        'pulse-log.unwritable',
        `${path}: cannot be written (${(cause as Error).message})`,
        cause,
      );
    }
    writeSync(this.file, 'update,group,row,column,polarity,count\n');
  }

  pulsed({ name, columns }: StoreGroup, sign: 1 | -1, counts: Int16Array, id: number): void {
    const group = sign === 1 ? name : `${name}-`;
    const lines: string[] = [];
    for (let c = 0; c < counts.length; c++) {
      const n = counts[c];
      if (n === 0) continue;
      const place = `${Math.floor(c / columns)},${c % columns}`;
      lines.push(`${id},${group},${place},${n > 0 ? '+' : '-'},${Math.abs(n)}\n`);
      if (lines.length === 10_000) writeSync(this.file, lines.splice(0).join(''));
    }
    writeSync(this.file, lines.join(''));
  }

  close(): void {
    closeSync(this.file);
  }
}
