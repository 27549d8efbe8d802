import { z } from 'zod';
import { inputError, readQuantity } from '../../core/index.js';
import {
  cellOf,
  Emulated2400,
  Emulated2600,
  EmulatedGpib,
} from '../../drivers/instruments/emulated-smu/index.js';
import { type CellPort, resistorPort } from '../../drivers/instruments/index.js';
import { LineTrouble, serveDeviceOnPty, serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { wallClock } from '../../drivers/transport/index.js';
import { elementCells } from '../../experiments/composition/index.js';
import { namedModel } from '../cell/user-model.js';
import { bare, ended, forSeconds, ofShare } from '../emulator-orders.js';
import { type Answer, defineCommand, type OptionsOf, quantity, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, printLine } from '../io.js';

const emulated = ['arc-one', 'scpi-2400', 'tsp-2600'] as const;

const options = z.strictObject({
  instrument: z.enum(emulated).meta({ argument: '<instrument>', description: emulated.join(', ') }),
  cells: z.string().default('resistor:10kohm').meta({
    flag: '--cells <model>',
    description:
      'what is at its terminals: a model of "ohmprop cell list" (of an arc-one also one that pulses move), my.cell.json, resistor:10kohm',
  }),
  pty: z.boolean().default(false).meta({
    flag: '--pty',
    description: 'on a pseudo-terminal, which looks like a serial port',
  }),
  tcp: whole(z.number().int().min(0).max(65535).optional()).meta({
    flag: '--tcp <port>',
    description: 'on a TCP port of this machine; 0 takes a free one',
  }),
  gpib: whole(z.number().int().min(0).max(30).optional()).meta({
    flag: '--gpib <n>',
    description: 'as number n on the bus of an adapter of Prologix’s kind',
  }),
  drop: quantity('1', z.number().min(0).max(1).default(0)).meta({
    flag: '--drop <p>',
    description: 'share of bytes that are lost',
  }),
  seed: whole(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1)).meta({
    flag: '--seed <n>',
    description: 'of its readings’ noise and of what the line loses (1)',
  }),
});

export const emulateCommand = defineCommand({
  options,
  examples: [
    'ohmprop instrument emulate scpi-2400 --tcp 5025 --cells wox-chang',
    'ohmprop instrument emulate tsp-2600 --pty --cells resistor:20kohm --drop 0.1%',
    'ohmprop instrument emulate scpi-2400 --tcp 1234 --gpib 24',
    'ohmprop instrument emulate arc-one --pty --cells ag-asi-jo',
  ],
  notes:
    'Touches no hardware. The address is printed at once; then it serves until Ctrl-C. Told faults on stdin: stall S, power (its supply goes and comes back), drop P, dead, alive, quit.',
  answer: (asked, { io }) => emulate(io, asked),
});

async function emulate(io: Io, asked: OptionsOf<typeof options>): Promise<Answer> {
  const { instrument: kind, cells, pty, tcp, gpib, drop, seed } = asked;
  if (kind === 'arc-one') {
    const { emulateArcOne } = await import('./emulate-arc-one.js');
    return emulateArcOne(io, asked);
  }
  if (pty === (tcp !== undefined)) throw inputError('instrument.emulate', 'say where: --pty, or --tcp PORT');
  const cell = await portOf(cells);
  const made = { clock: wallClock, cell, seed };
  const instrument = kind === 'scpi-2400' ? new Emulated2400(made) : new Emulated2600(made);
  const trouble = new LineTrouble(gpib === undefined ? instrument : new EmulatedGpib(instrument, gpib), seed);
  trouble.drop = drop;
  const served = pty
    ? await serveDeviceOnPty(trouble)
    : await serveDeviceOnTcp(trouble, { port: tcp ?? 0, tell: (text) => printLine(io.stderr, text) });
  const address = gpib === undefined ? `smu:${served.address}` : `smu:gpib:${served.address},${gpib}`;
  return {
    text: address,
    json: { address, instrument: kind, cells, seed, drop },
    givesUp: () => served.close(),
    async goesOn() {
      printLine(io.stderr, `${trouble.name}, ${cells} at its terminals; Ctrl-C ends it`);
      try {
        await ended(io, {
          stall: forSeconds((seconds) => trouble.stall(seconds)),
          power: bare(() => instrument.powerCycle()),
          drop: ofShare((p) => {
            trouble.drop = p;
          }),
          dead: bare(() => {
            trouble.dead = true;
          }),
          alive: bare(() => {
            trouble.dead = false;
          }),
        });
      } finally {
        await served.close();
      }
      if (io.signal?.aborted) throw interruptionOf(io.signal);
    },
  };
}

/** What is at the terminals. */
async function portOf(cells: string): Promise<CellPort> {
  const [, ohm] = /^resistor:(.+)$/.exec(cells) ?? [];
  if (ohm !== undefined) return resistorPort(readQuantity(ohm, 'ohm', '--cells').value);
  const { name, model, sweep } = await namedModel(cells, 'instrument emulate');
  return cellOf(elementCells(model, { name, series_ohm: sweep.series_ohm }));
}
