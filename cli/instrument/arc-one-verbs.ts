import { arcOneLine, openArcOneArray, stopArcOne } from '../../drivers/instruments/index.js';
import type { InstrumentVerbs } from './verbs.js';

/** What commands do with an ArC ONE. */
export const arcOneVerbs: InstrumentVerbs = {
  async info({ address, io }) {
    const { cells, identity, version } = await openArcOneArray({ address, lineLog: io.lineLog });
    await cells.close();
    const said =
      version === undefined
        ? 'said nothing of its version: its firmware is too old to, it is off, or something else is there'
        : `firmware ${version.major}.${version.minor}`;
    return {
      lines: [
        `${address.text}: ArC ONE, ${said}`,
        '  32 × 32 cells, ±12 V, pulses of 90 ns … 10 s; at rest its lines are at 0 V; it sets no current limit for pulses',
      ],
      json: { address: address.text, identity, ...(version === undefined ? {} : { version }) },
    };
  },

  async open({ address, io }, permit, { read_V }) {
    const { cells, identity } = await openArcOneArray({
      address,
      lineLog: io.lineLog,
      permit,
      ...(read_V === undefined ? {} : { read_V }),
    });
    return { cells, identity };
  },

  async stop({ address, io }) {
    const { how, holder } = await stopArcOne(arcOneLine({ address, lineLog: io.lineLog }));
    const who = how === 'holder' ? `process ${holder?.pid}, which holds it, reset it` : 'it was reset';
    return {
      how: `${who}, and answers`,
      json: { how, ...(holder === undefined ? {} : { holder: { pid: holder.pid, since: holder.since } }) },
    };
  },
};
