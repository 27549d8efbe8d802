import { formatQuantity } from '../../core/index.js';
import {
  errorsText,
  Smu,
  SmuCells,
  type SmuStopReport,
  smuLine,
  stopSmu,
} from '../../drivers/instruments/smu/index.js';
import {
  type MatrixFile,
  openMatrix,
  type SwitchMatrix,
} from '../../drivers/instruments/switch-matrix/index.js';
import { printLine, warn } from '../io.js';
import type { InstrumentAsked, InstrumentVerbs } from './verbs.js';

const lineTo = ({ address, baud, io }: InstrumentAsked) => smuLine({ address, baud, lineLog: io.lineLog });

async function openSmu(
  asked: InstrumentAsked,
  { channel, signal }: { channel?: 'a' | 'b'; signal?: AbortSignal } = {},
): Promise<Smu> {
  const options = {
    address: asked.address.text,
    tell: (text: string) => warn(asked.io, text),
    ...(channel === undefined ? {} : { channel }),
    ...(signal === undefined ? {} : { signal }),
  };
  const smu = await Smu.open(lineTo(asked), options);
  const { found, foundErrors, foundOther } = smu;
  if (foundOther?.output) {
    warn(
      asked.io,
      `${smu.transport.name}: its other channel is on, at ${foundOther.level_V} V; it is left alone ("ohmprop instrument stop ${asked.address.text}" switches both off)`,
    );
  }
  if (foundErrors.length > 0) {
    warn(asked.io, `${smu.transport.name}: errors of before were in its queue: ${errorsText(foundErrors)}`);
  }
  if (found.output) {
    warn(
      asked.io,
      `${smu.transport.name}: its output is on, at ${found.level_V} V; "ohmprop instrument stop ${asked.address.text}" switches it off`,
    );
  }
  return smu;
}

/** The switch matrix between an instrument and its array. */
async function openTold({ baud, io }: InstrumentAsked, file: MatrixFile): Promise<SwitchMatrix> {
  const matrix = await openMatrix(file, { baud, lineLog: io.lineLog });
  printLine(io.stderr, matrix.text);
  return matrix;
}

/** What commands do with a source-measure unit. */
export const smuVerbs: InstrumentVerbs = {
  async info(asked) {
    const smu = await openSmu(asked);
    const { identity, found, foundErrors, foundOther } = smu;
    await smu.close();
    const { maker, model, serial, firmware, family, dialect, most_V, most_A } = identity;
    const output = `output ${found.output ? 'ON' : 'off'}, ${found.sources} source, ${found.level_V} V, current limit ${formatQuantity(found.compliance_A, 'A')}, ${found.remoteSense ? 'four' : 'two'} wires`;
    return {
      lines: [
        `${asked.address.text}: ${maker} ${model}, serial number ${serial}, firmware ${firmware}`,
        `  ${family}, spoken to in ${dialect.language} (${dialect.name}); up to ${most_V} V, ${most_A} A`,
        `  ${output}`,
        ...(foundOther === undefined
          ? []
          : [
              `  channel B: output ${foundOther.output ? 'ON' : 'off'}, ${foundOther.sources} source, ${foundOther.level_V} V`,
            ]),
        ...(foundErrors.length === 0 ? [] : [`  errors of before: ${errorsText(foundErrors)}`]),
      ],
      json: {
        address: asked.address.text,
        maker,
        model,
        serial,
        firmware,
        family,
        dialect: dialect.name,
        most_V,
        most_A,
        state: found,
        ...(foundOther === undefined ? {} : { stateB: foundOther }),
        errors: foundErrors,
      },
    };
  },

  async open(asked, permit, { matrix: file, channel, signal, journal, window, ...how }) {
    const matrix = file === undefined ? undefined : await openTold(asked, file);
    const told = {
      ...(channel === undefined ? {} : { channel }),
      ...(signal === undefined ? {} : { signal }),
    };
    const smu = await openSmu(asked, told).catch(async (error: unknown) => {
      await matrix?.close();
      throw error;
    });
    const cells = await SmuCells.open(smu, {
      permit,
      ...how,
      ...(matrix === undefined ? {} : { selector: matrix }),
      ...(window === undefined ? {} : { window_S: window }),
      journaled: journal !== undefined,
      onPolarity: (row, column, { plus_S, minus_S }) =>
        printLine(
          asked.io.stderr,
          `cell ${row},${column}: ${formatQuantity(plus_S, 'S')} at +V, ${formatQuantity(minus_S, 'S')} at −V`,
        ),
    });
    if (journal !== undefined) {
      await cells.keepJournal(journal).catch(async (error: unknown) => {
        await cells.close();
        throw error;
      });
    }
    return {
      cells,
      identity: smu.identity.text,
      least_s: smu.least_s,
      requirePolarity: ({ row, column }) => cells.requirePolarity(row * cells.info.columns + column),
      async sweep({ row, column }, { levels_V, dwell_s }, signal) {
        await cells.select(row * cells.info.columns + column);
        return smu.run(levels_V, dwell_s, signal === undefined ? {} : { signal });
      },
    };
  },

  async stop(asked) {
    const report = await stopSmu(lineTo(asked));
    return { how: howText(report), json: { how: report.how, ...factsOf(report) } };
  },
};

function howText({ how, holder, ended, found }: SmuStopReport): string {
  if (ended) return `process ${holder?.pid}, which held it, did not answer and was ended`;
  if (how === 'holder') return `by process ${holder?.pid}, which holds it`;
  const on = (found ?? []).filter(({ output }) => output);
  if (on.length === 0)
    return `${(found ?? []).length > 1 ? 'both its outputs were' : 'its output was'} off already`;
  return on
    .map(
      ({ channel, level_V }) =>
        `its output${channel === undefined ? '' : ` ${channel.toUpperCase()}`} was on, at ${level_V} V`,
    )
    .join('; ');
}

function factsOf({ holder, ended, found }: SmuStopReport): object {
  return {
    ...(holder === undefined ? {} : { holder: { pid: holder.pid, since: holder.since, what: holder.what } }),
    ...(ended ? { ended } : {}),
    ...(found === undefined
      ? {}
      : {
          found: found.find(({ output }) => output) ?? found[0],
          ...(found.length > 1 ? { channels: found } : {}),
        }),
  };
}
