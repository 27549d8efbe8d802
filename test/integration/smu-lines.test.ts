import { describe, expect, it } from 'vitest';
import type { Permit } from '../../devices/limits/index.js';
import { resistorPort } from '../../drivers/instruments/cell-port.js';
import { Emulated2400, Emulated2600, EmulatedGpib } from '../../drivers/instruments/emulated-smu/index.js';
import { instrumentTransport, readInstrumentAddress } from '../../drivers/instruments/index.js';
import { Smu, scpi2400, tsp2600 } from '../../drivers/instruments/smu/index.js';
import { type LineDevice, serveDeviceOnPty, serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { UsbtmcTransport, wallClock } from '../../drivers/transport/index.js';

// Each dialect over each transport, against its emulator by the wall clock: a read, a pulse, and the output off at the end.

const permit: Permit = {
  limits: { maxVoltage_V: 1, compliance_A: 1e-4, maxWidth_s: 0.05, maxPulses: 20 },
  forming: false,
  noCurrentLimit: false,
};
const options = { clock: wallClock, cell: resistorPort(2e4) };
const dialects = {
  'scpi-2400': () => new Emulated2400(options),
  'tsp-2600': () => new Emulated2600(options),
};
/** How an emulator is served, and the address that its server is found at. */
const lines: Readonly<Record<string, readonly ['tcp' | 'pty', (where: string) => string, gpib?: true]>> = {
  TCP: ['tcp', (where) => `smu:${where}`],
  'a serial port': ['pty', (where) => `smu:${where}`],
  'USB-TMC': ['pty', (where) => `smu:usbtmc:${where}`],
  'GPIB behind a serial adapter': ['pty', (where) => `smu:gpib:${where},24`, true],
  'GPIB behind a LAN adapter': ['tcp', (where) => `smu:gpib:${where},24`, true],
};

for (const [dialect, make] of Object.entries(dialects)) {
  describe(`${dialect} over`, () => {
    for (const [line, [how, addressOf, gpib]] of Object.entries(lines)) {
      it(line, async () => {
        const instrument = make();
        const device: LineDevice = gpib ? new EmulatedGpib(instrument, 24) : instrument;
        const served =
          how === 'tcp' ? await serveDeviceOnTcp(device, { port: 0 }) : await serveDeviceOnPty(device);
        try {
          const address = readInstrumentAddress(addressOf(served.address));
          const smu = await Smu.open(
            instrumentTransport(address.line, {
              serial: { baud: 115_200 },
              asks: (text) => scpi2400.asks(text) || tsp2600.asks(text),
            }),
          );
          try {
            await smu.arm(permit);
            const [read, rest, pulse] = await smu.run([0.1, 0, 0.9, 0], 0.02);
            expect(read.current_A).toBeCloseTo(5e-6, 7);
            expect(rest.current_A).toBeCloseTo(0, 7);
            expect(pulse.current_A).toBeCloseTo(4.5e-5, 6);
          } finally {
            await smu.close();
          }
          expect(instrument.terminals.output).toBe(false);
          const seen = instrument.terminals.seen();
          expect([seen.most_V, seen.stretches(0.2)]).toEqual([0.9, 1]);
        } finally {
          await served.close();
        }
      });
    }
  });
}

describe('USB-TMC elsewhere than on Linux', () => {
  it('is refused with what to do: LAN', () => {
    expect(() => new UsbtmcTransport('/dev/usbtmc0', () => true, 'darwin')).toThrow(/by LAN \(smu:tcp:\/\//);
  });
});
