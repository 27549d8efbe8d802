import { inputError, OhmpropError, readQuantity } from '../../core/index.js';
import { ArcOneDevice } from '../../drivers/instruments/arc-one/emulator/index.js';
import type { EmulatedCells } from '../../drivers/instruments/index.js';
import { serveDeviceOnPty, serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { elementCells, namedCell, PulsedCells } from '../../experiments/composition/index.js';
import { namedModel } from '../cell/user-model.js';
import { bare, ended, forSeconds, ofShare } from '../emulator-orders.js';
import type { Answer } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, printLine } from '../io.js';

const size = { rows: 32, columns: 32 };

/** What an emulated ArC ONE is told. */
export interface ArcOneEmulated {
  readonly cells: string;
  readonly pty: boolean;
  readonly tcp?: number;
  readonly gpib?: number;
  readonly drop: number;
  readonly seed: number;
}

/** Serves an emulated ArC ONE until it is ended. */
export async function emulateArcOne(io: Io, asked: ArcOneEmulated): Promise<Answer> {
  const { cells, pty, tcp, gpib, drop, seed } = asked;
  if (gpib !== undefined) {
    throw inputError('instrument.emulate', '--gpib: an ArC ONE has a serial port: --pty, or --tcp PORT');
  }
  const device = new ArcOneDevice(await cellsOf(cells, seed), { seed, faults: { lostBytes: drop, seed } });
  const served = pty
    ? await serveDeviceOnPty(device)
    : await serveDeviceOnTcp(device, { port: tcp ?? 0, tell: (text) => printLine(io.stderr, text) });
  const address = `arc-one:${served.address}`;
  const end = async () => {
    await served.close();
    device.instrument.stop();
  };
  const fault = (faults: object) => {
    device.line.faults = { ...device.line.faults, ...faults };
  };
  return {
    text: address,
    json: { address, instrument: 'arc-one', cells, seed, drop },
    givesUp: end,
    async goesOn() {
      printLine(io.stderr, `${device.name}; Ctrl-C ends it`);
      try {
        await ended(io, {
          stall: forSeconds((seconds) => device.instrument.stall(seconds)),
          power: bare(() => device.instrument.powerCycle()),
          drop: ofShare((lostBytes) => fault({ lostBytes })),
          lose: ofShare((lostCommands) => fault({ lostCommands })),
          dead: bare(() => {
            device.line.dead = true;
          }),
          alive: bare(() => {
            device.line.dead = false;
          }),
        });
      } finally {
        await end();
      }
      if (io.signal?.aborted) throw interruptionOf(io.signal);
    },
  };
}

/** Cells that pulses move, by name or from a file; else those of a physical model; or resistors. */
async function cellsOf(name: string, seed: number): Promise<EmulatedCells> {
  const [, ohm] = /^resistor:(.+)$/.exec(name) ?? [];
  if (ohm !== undefined) return resistors(readQuantity(ohm, 'ohm', '--cells').value);
  try {
    const { model } = await namedCell(name, 'instrument emulate');
    return new PulsedCells(model, { ...size, seed, from_S: (model.g_min_S + model.g_max_S) / 2 });
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    const physical = await namedModel(name, 'instrument emulate').catch(() => undefined);
    if (physical === undefined) throw error;
    const { model, sweep } = physical;
    return elementCells(model, { ...size, name: physical.name, series_ohm: sweep.series_ohm });
  }
}

function resistors(ohm: number): EmulatedCells {
  return {
    name: `${size.rows} × ${size.columns} resistors of ${ohm} ohm`,
    ...size,
    current_A: (_row, _column, voltage_V) => voltage_V / ohm,
    hold: () => {},
    pass: () => {},
  };
}
