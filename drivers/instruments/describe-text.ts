import type { LineDescriber } from '../transport/index.js';

/** Says what went over a line of text: the text itself, line feeds as `;`-less marks, cut to what fits. */
export function textLineDescriber(): LineDescriber {
  return {
    describe(_direction, bytes) {
      const text = Buffer.from(bytes)
        .toString('latin1')
        .replace(/\r?\n$/, '')
        .replace(/\r?\n/g, ' | ');
      const clean = text.replace(/[^\x20-\x7e]/g, '·');
      return clean.length > 200 ? `${clean.slice(0, 200)} …` : clean;
    },
  };
}
