import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { cellOf, Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { Smu } from '../../drivers/instruments/smu/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { PulseJournal } from '../../records/index.js';
import { ohmprop } from './command-line.js';
import { withSmu } from './emulated-smu.js';

// Issue 17: what is done with an array of an ArC ONE is done with the cell of a source-measure unit, in either language, over TCP.

const pulse = {
  potentiation: { amplitude_V: 1.2, width_s: 0.002 },
  depression: { amplitude_V: -1.2, width_s: 0.002 },
};
const limits = '--max-voltage 1.2V --compliance 1mA --max-width 5ms --max-pulses 400'.split(' ');
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'smu-cell-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe.each([
  ['2400', Emulated2400],
  ['2600', Emulated2600],
] as const)('the cell of a %s', (name, Emulated) => {
  const model = linearCells(40, 20, 100e-6);

  it('is mapped, watched, programmed and made a cell file of, and left at 0 V', async () => {
    const cells = new PulsedCells(model, {
      rows: 1,
      columns: 1,
      from_S: 30e-6,
      pulse,
      nonidealities: { c2c: 0.1 },
    });
    await withSmu(
      async (address, { terminals }) => {
        const run = async (line: string) => {
          const [verb, ...rest] = line.split(' ');
          const answer = await ohmprop(['instrument', verb, address, ...limits, ...rest, '--json'], { cwd });
          expect(answer.stderr).not.toMatch(/defect/);
          expect(answer, answer.stderr).toMatchObject({ code: 0 });
          expect(terminals.output).toBe(false);
          return JSON.parse(answer.stdout);
        };
        await run(`map -o ${name}-map.csv`);
        const map = readFileSync(join(cwd, `${name}-map.csv`), 'utf8')
          .split('\n')[1]
          .split(',');
        expect(Number(map[2])).toBeCloseTo(30e-6, 7);
        await run(`retention --for 0.3 --every 0.1 -o ${name}-kept.csv`);
        await run(
          `program --write 0,0=60uS --within 3% --reads 2 --after 0.1 --ramp 1V,0.1V,2ms --window 5uS,100uS --yes -o ${name}-run`,
        );
        expect(Math.abs(cells.conductance_S(0, 0) / 60e-6 - 1)).toBeLessThan(0.05);
        await run(
          `twin --pulse 1.2V,2ms,-1.2V,2ms --pulses 30 --cycles 1 --rest-reads 4 --yes -o ${name}.cell.json`,
        );
        expect(readFileSync(join(cwd, `${name}.cell.json`), 'utf8')).toMatch(/"potentiation"/);
        expect(terminals.seen().most_V).toBeLessThan(1.2 * 1.001);
      },
      cellOf(cells),
      {},
      Emulated,
    );
  });
});

describe('a connection that breaks', () => {
  const cells = () =>
    new PulsedCells(linearCells(40, 20, 100e-6), { rows: 1, columns: 1, from_S: 30e-6, pulse });

  it('among the reads of "retention" is made again, and told of once', async () => {
    await withSmu(async (address, { terminals }) => {
      const cut = await cuttingProxy(address, 4);
      const { code, stdout, stderr } = await ohmprop(
        `instrument retention ${cut.address} --for 0.6 --every 0.2 --json`.split(' ').concat(limits),
        { cwd },
      );
      expect(code, stderr).toBe(0);
      expect(stderr.match(/its line was lost, and is there again after/g)).toHaveLength(1);
      for (const read_S of JSON.parse(stdout).conductance_S[0]) expect(read_S).toBeCloseTo(30e-6, 7);
      expect(terminals.output).toBe(false);
      await cut.close();
    }, cellOf(cells()));
  });

  it('in the midst of a pulse of "program" leaves the journal right to the pulse', async () => {
    const all = cells();
    const port = cellOf(all);
    let [pulses, side] = [0, 0];
    const counting: typeof port = {
      hold(voltage_V, limit_A, seconds) {
        const now = Math.abs(voltage_V) > 0.5 ? Math.sign(voltage_V) : 0;
        if (seconds > 0 && now !== 0 && now !== side) pulses++;
        if (seconds > 0) side = now;
        return port.hold(voltage_V, limit_A, seconds);
      },
    };
    await withSmu(async (address, { terminals }) => {
      const cut = await cuttingProxy(address, 20);
      const { code, stderr } = await ohmprop(
        [
          ...`instrument program ${cut.address} --write 0,0=60uS --within 3% --reads 2 --after 0.1`.split(
            ' ',
          ),
          ...`--ramp 1V,0.1V,2ms --window 5uS,100uS --yes -o cut-run`.split(' '),
          ...limits,
        ],
        { cwd },
      );
      expect(code, stderr).toBe(0);
      expect(cut.cuts()).toBe(1);
      expect(stderr.match(/its line was lost, and is there again after/g)).toHaveLength(1);
      expect(Math.abs(all.conductance_S(0, 0) / 60e-6 - 1)).toBeLessThan(0.05);
      const journal = await PulseJournal.open(join(cwd, 'cut-run/pulses.jsonl'), { rows: 1, columns: 1 });
      const { positive, negative, doubt } = journal.history;
      journal.close();
      expect({ told: positive[0] + negative[0], doubt }).toEqual({ told: pulses, doubt: undefined });
      expect(readFileSync(join(cwd, 'cut-run/pulses.jsonl'), 'utf8')).toMatch(/"note":".*its line was lost/);
      expect(terminals.output).toBe(false);
      await cut.close();
    }, counting);
  });
});

describe('what is asked wrongly of the cell of a source-measure unit', () => {
  const nobody = 'smu:/dev/ttyNOBODY';
  const program = (...more: string[]) =>
    ohmprop(['instrument', 'program', nobody, '--within', '2%', '--dry-run', ...limits, ...more], { cwd });

  it.each([
    ['0,0=-5uS', /a target of −5.00 µS: conductances are 0 or more/],
    ['0,0=50mS', /50.0 mS is 5.00 mA at 0.1 V, and the limits allow 1.00 mA: it could not be read/],
    ['0,0=5uS --write 0,0=6uS', /cell 0,0 is named twice/],
  ])('refuses a target before anything is opened: %s', async (write, message) => {
    const { code, stderr } = await program('--write', ...write.split(' '));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('says what limits the current, and begins a ramp with pulses that it can make', async () => {
    const { stdout } = await program('--write', '0,0=50uS');
    expect(stdout).toMatch(/up to ±1.2 V, 5.00 ms, 1.00 mA at most\n/);
    const { pulses } = JSON.parse((await program('--write', '0,0=50uS', '--json')).stdout);
    expect(pulses.potentiation.width_s).toBe(2e-3);
  });

  it('reads at no voltage that tells nothing, and says who is served where somebody is', async () => {
    await withSmu(async (address, { terminals }) => {
      const none = await ohmprop(['instrument', 'read', address, ...limits, '--read', '0V'], { cwd });
      expect(none.code).toBe(2);
      expect(none.stderr).toMatch(/a read of 0 V tells nothing/);
      expect(terminals.output).toBe(false);
      const first = await Smu.open(TcpTransport.of(address.slice(4)));
      const second = await ohmprop(['instrument', 'read', address, ...limits], { cwd });
      await first.close();
      expect(second.stderr).toMatch(/in use by another program/);
    });
  });

  it('takes --no-current-limit as it is written', async () => {
    const pulse =
      'instrument pulse arc-one:/dev/ttyNOBODY --drive pulses:+0.5V,2us,5 --yes --no-current-limit';
    const { stderr } = await ohmprop([...pulse.split(' '), ...limits], { cwd });
    expect(stderr).toMatch(/ttyNOBODY: /);
    expect(stderr).not.toMatch(/twice/);
  });
});

/** Passes a connection on, and breaks it behind the nth run that goes over it, once. */
async function cuttingProxy(address: string, nth: number) {
  const [, host, port] = /^smu:tcp:\/\/(.*):(\d+)$/.exec(address) ?? [];
  let [runs, cuts] = [0, 0];
  const server = createServer((client) => {
    const instrument = createConnection({ host, port: Number(port) });
    for (const one of [client, instrument]) one.on('error', () => {});
    instrument.pipe(client);
    client.on('data', (bytes: Buffer) => {
      instrument.write(bytes);
      if (!bytes.includes(':INIT') || ++runs !== nth) return;
      cuts++;
      client.destroy();
      instrument.end();
    });
    client.on('close', () => instrument.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `smu:tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
