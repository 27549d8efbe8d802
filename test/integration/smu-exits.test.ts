import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../../drivers/instruments/index.js';
import { serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { wallClock } from '../../drivers/transport/index.js';
import { mainFile, ohmprop } from './command-line.js';

// The output of an instrument after every way in which a program of ours ends that drives it: off, and 0 V. After SIGKILL nothing of
// ours runs: whoever opens it next says that it is on, and `instrument stop` ends it.

type Emulated = Emulated2400 | Emulated2600;
const makers = {
  'a 2400': () => new Emulated2400({ clock: wallClock, cell: resistorPort(2e4) }),
  'a 2600': () => new Emulated2600({ clock: wallClock, cell: resistorPort(2e4) }),
};
const limits = '--max-voltage 1V --compliance 100uA --max-width 3s --max-pulses 20';
const sweep = (address: string) =>
  `instrument sweep ${address} --drive triangle:1V,-1V,4s,5 --yes ${limits}`.split(' ');

const face = fileURLToPath(new URL('../../dist/drivers/instruments/smu/index.js', import.meta.url));
const lines = fileURLToPath(new URL('../../dist/drivers/transport/index.js', import.meta.url));
/** A program that drives an instrument by our library, and then ends by itself. */
const program = (address: string, end: string) => `
  import { Smu } from ${JSON.stringify(face)};
  import { TcpTransport } from ${JSON.stringify(lines)};
  const smu = await Smu.open(TcpTransport.of(${JSON.stringify(address.slice(4))}));
  const limits = { maxVoltage_V: 1, compliance_A: 1e-4, maxWidth_s: 3, maxPulses: 20 };
  await smu.arm({ limits, forming: false, noCurrentLimit: false });
  void smu.run([...new Array(100).fill(0.8), 0], 0.02).catch(() => {});
  setTimeout(() => { ${end} }, 300);
`;

const signals = {
  'Ctrl-C': ['SIGINT'],
  'Ctrl-C, and again': ['SIGINT', 'SIGINT'],
  'kill, or a service manager': ['SIGTERM'],
  'a closed terminal': ['SIGHUP'],
  'Ctrl-\\': ['SIGQUIT'],
} as const;
const endings = {
  'an exception': "throw new Error('broken')",
  'a promise that nobody caught': "void Promise.reject(new Error('broken'))",
  'process.exit': 'process.exit(3)',
};

/** Every ending for one of them; for the other those that differ in what goes over the line. */
const few = ['a closed terminal', 'process.exit'];

for (const [name, make] of Object.entries(makers)) {
  const tried = (what: string) => name === 'a 2400' || few.includes(what);
  describe(`the output of ${name} is off after`, () => {
    for (const [what, [first, ...more]] of Object.entries(signals).filter(([what]) => tried(what))) {
      it(what, async () => {
        await driven(
          make(),
          (address) => spawn(process.execPath, [mainFile, ...sweep(address)]),
          async (child) => {
            child.kill(first);
            for (const signal of more) child.kill(signal);
          },
        );
      });
    }
    for (const [what, end] of Object.entries(endings).filter(([what]) => tried(what))) {
      it(what, async () => {
        const run = (address: string) =>
          spawn(process.execPath, ['--input-type=module', '-e', program(address, end)]);
        await driven(make(), run, async () => {});
      });
    }
  });

  it(`after SIGKILL the next command says that the output of ${name} is on, and instrument stop ends it`, async () => {
    const instrument = make();
    const served = await serveDeviceOnTcp(instrument, { port: 0 });
    const address = `smu:${served.address}`;
    try {
      const child = spawn(process.execPath, [mainFile, ...sweep(address)]);
      await until(() => instrument.terminals.output);
      const ended = exitOf(child);
      child.kill('SIGKILL');
      await ended;
      expect(instrument.terminals.output).toBe(true);
      const { stdout, stderr } = await ohmprop(['instrument', 'info', address]);
      expect(stdout).toContain('output ON');
      expect(stderr).toContain('its output is on');
      const stop = await ohmprop(['instrument', 'stop', address, '--json']);
      expect(JSON.parse(stop.stdout)).toMatchObject({ stopped: true, found: { output: true } });
      expect(instrument.terminals.output).toBe(false);
    } finally {
      await served.close();
    }
  });

  it(`instrument stop ends what another process drives with ${name}`, async () => {
    await driven(
      make(),
      (address) => spawn(process.execPath, [mainFile, ...sweep(address)]),
      async (_, address) => {
        const stop = await ohmprop(['instrument', 'stop', address, '--json']);
        expect(JSON.parse(stop.stdout)).toMatchObject({ stopped: true, how: 'holder' });
      },
    );
  });
}

/** Starts a program that drives an instrument, ends it, and looks at the terminals. */
async function driven(
  instrument: Emulated,
  start: (address: string) => ChildProcess,
  end: (child: ChildProcess, address: string) => Promise<void>,
): Promise<void> {
  const served = await serveDeviceOnTcp(instrument, { port: 0 });
  const address = `smu:${served.address}`;
  try {
    const child = start(address);
    const ended = exitOf(child);
    await until(() => instrument.terminals.output, ended);
    await until(() => instrument.terminals.seen().most_V > 0.02, ended);
    await end(child, address);
    await ended;
    await until(() => !instrument.terminals.output);
    expect(instrument.terminals.output).toBe(false);
  } finally {
    await served.close();
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  let said = '';
  child.stderr?.on('data', (bytes) => {
    said += bytes;
  });
  return new Promise((resolve) => child.once('exit', () => resolve(void said)));
}

/** Waits for what must come; what has to be so is looked at behind it. */
async function until(holds: () => boolean, ended?: Promise<void>): Promise<void> {
  let over = false;
  void ended?.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 2000 && !holds() && !over; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
