import { linearCells, type PulseModel } from '../../devices/cells/pulse/index.js';
import type { Permit } from '../../devices/limits/index.js';
import { ArcOneBench, type ArcOneFaults } from '../../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells, type ArrayAsked } from '../../drivers/instruments/index.js';
import { arrayOf, type InstrumentArray, PulsedCells } from '../../experiments/composition/index.js';

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
  return { bench, cells, line, openArray, opened: () => opened };
}
