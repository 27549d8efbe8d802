import { linearCells, type PulseModel } from '../../devices/cells/pulse/index.js';
import type { Permit } from '../../devices/limits/index.js';
import { ArcOneBench, type ArcOneFaults } from '../../drivers/instruments/arc-one/emulator/index.js';
import { cellOf, Emulated2400 } from '../../drivers/instruments/emulated-smu/index.js';
import { ArcOne, ArcOneCells, type ArrayAsked } from '../../drivers/instruments/index.js';
import { Smu, SmuCells } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../../drivers/serving/index.js';
import {
  arrayOf,
  type InstrumentArray,
  PulsedCells,
  smuArrayOf,
} from '../../experiments/composition/index.js';

/** An emulated ArC ONE in simulated time, as runs open it. */
export function emulatedArray(
  model: PulseModel = linearCells(60, 20, 100e-6),
  { size = 16, noise = 0.002, seed = 1, faults = {} as ArcOneFaults } = {},
) {
  const cells = new PulsedCells(model, { rows: size, columns: size, from_S: 50e-6, seed });
  const bench = new ArcOneBench(cells, { noise, seed, faults });
  /** Commands that still get through. */
  const line = { left: Number.POSITIVE_INFINITY };
  let opened = 0;
  const connect = async () => {
    const transport = bench.connect();
    await transport.open();
    const write = transport.write.bind(transport);
    transport.write = async (bytes) => {
      if (line.left-- > 0) return write(bytes);
      await transport.close();
      return write(bytes);
    };
    return transport;
  };
  const openArray = async ({
    permit,
    window,
    nominalPulse,
    read_V,
  }: ArrayAsked): Promise<InstrumentArray> => {
    opened++;
    const instrument = new ArcOne(await connect(), {
      words: size,
      bits: size,
      ...(read_V === undefined ? {} : { read_V }),
    });
    const [g_min_S, g_max_S] = window as readonly [number, number];
    const array = new ArcOneCells(instrument, {
      permit: permit as Permit,
      g_min_S,
      g_max_S,
      ...(nominalPulse === undefined ? {} : { nominalPulse }),
    });
    return arrayOf(array, instrument, 'ArC Instruments ArC ONE, firmware 1.0');
  };
  return {
    bench,
    cells,
    line,
    openArray,
    opened: () => opened,
    came: () => [...bench.instrument.sockets.pulses],
  };
}

/** Cells behind a switch in front of an emulated 2400 in simulated time, as runs open them. */
export function emulatedSmuArray(
  model: PulseModel = linearCells(60, 20, 100e-6),
  { size = 16, seed = 1 } = {},
) {
  const pulse = {
    potentiation: { amplitude_V: 1.5, width_s: 0.002 },
    depression: { amplitude_V: -1.5, width_s: 0.002 },
  };
  const cells = new PulsedCells(model, { rows: size, columns: size, from_S: 50e-6, seed, pulse });
  const came = new Array<number>(size * size).fill(0);
  const ports = came.map((_, cell) => {
    const port = cellOf(cells, Math.floor(cell / size), cell % size);
    let side = 0;
    return {
      hold(voltage_V: number, limit_A: number, seconds: number) {
        const now = Math.abs(voltage_V) > 0.5 ? Math.sign(voltage_V) : 0;
        if (seconds > 0 && now !== 0 && now !== side) came[cell]++;
        if (seconds > 0) side = now;
        return port.hold(voltage_V, limit_A, seconds);
      },
    };
  });
  const instrument = new Emulated2400({ clock: new SteppedClock(), cell: ports[0], seed });
  const line = { left: Number.POSITIVE_INFINITY };
  const openArray = async ({ permit, window, nominalPulse }: ArrayAsked): Promise<InstrumentArray> => {
    const transport = new InProcessLine(instrument);
    const write = transport.write.bind(transport);
    transport.write = async (bytes) => {
      if (line.left-- <= 0) {
        transport.unplug();
        // its owner's hand is quicker than its host
        instrument.deviceClear();
        instrument.terminals.set({ output: false });
        instrument.powerCycle();
      }
      return write(bytes);
    };
    const smu = await Smu.open(transport);
    const array = await SmuCells.open(smu, {
      permit: permit as Permit,
      journaled: true,
      ...(window === undefined ? {} : { window_S: window }),
      ...(nominalPulse === undefined ? {} : { pulse: nominalPulse }),
      selector: {
        rows: size,
        columns: size,
        select: async (row, column) => instrument.terminals.connect(ports[row * size + column]),
      },
    });
    return smuArrayOf(array, smu);
  };
  return { cells, line, openArray, came: () => [...came] };
}
