import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { ArcOneDevice } from '../../drivers/instruments/arc-one/emulator/index.js';
import { type ServedDevice, serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { ohmprop } from './command-line.js';

const limits = '--max-voltage 1.5V --compliance 1mA --max-width 10us --max-pulses 100 --series 10k'.split(
  ' ',
);
const asked = '--pulse 1.5V,1us,-1.5V,1us --pulses 10 --cycles 1 --rest-reads 4 --area 2x2 --cell 3,5'.split(
  ' ',
);
let folder: string;
let served: ServedDevice;
let device: ArcOneDevice;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-'));
  const cells = new PulsedCells(linearCells(12, 20, 100e-6), { rows: 32, columns: 32, from_S: 30e-6 });
  device = new ArcOneDevice(cells, { noise: 0.002, sample_seconds: 1e-6, boot_seconds: 0.2 });
  served = await serveDeviceOnTcp(device, { port: 0, clients: 2 });
  address = `arc-one:${served.address}`;
});
afterAll(async () => {
  await served.close();
  device.instrument.stop();
  rmSync(folder, { recursive: true });
});

const twin = (...more: string[]) => ohmprop(['instrument', 'twin', address, ...more], { cwd: folder });
const pulses = () => device.instrument.sockets.pulses.reduce((sum, n) => sum + n, 0);

describe('ohmprop instrument twin', () => {
  it('sends nothing without limits, beyond them, without a yes, or of cells that are not there', async () => {
    const refused = async (more: string[], said: string) => {
      const { code, stderr } = await twin(...more);
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    };
    await refused(asked, 'has no limits');
    await refused([...asked, ...limits], 'say --yes');
    await refused([...asked.slice(2), ...limits, '--yes'], '--pulse is needed');
    const other = (flag: string, value: string) =>
      asked.map((word, n) => (asked[n - 1] === flag ? value : word));
    await refused([...other('--pulses', '50'), ...limits, '--yes'], 'the limits allow 100');
    await refused(
      ['--pulse', '1.6V,1us,-1.5V,1us', ...asked.slice(2), ...limits, '--yes'],
      'the limits allow 1.5 V',
    );
    await refused([...other('--cell', '31,31'), ...limits, '--yes'], 'rows and columns count from 0');
    // an array that is opened is refused at its first pulse
    await refused([...asked, ...limits.slice(0, -2), '--yes'], 'resistor in series');
    expect(pulses()).toBe(0);
  });

  it('writes the cell that training simulates, and each cell by itself', async () => {
    const { code, stderr, stdout } = await twin(
      ...asked,
      ...limits,
      '--yes',
      '-o',
      'a.cell.json',
      '-o',
      'a.csv',
    );
    expect(stderr).toContain('2x2 cells from 3,5 on get 30 pulses each of 1.5 V, 1.00 µs');
    expect(code).toBe(0);
    expect(stdout).toContain('4 cells measured, 0 of which no pulse moves');
    expect(pulses()).toBe(4 * 30);
    const cell = JSON.parse(readFileSync(join(folder, 'a.cell.json'), 'utf8'));
    expect(cell.limits).toEqual({ voltage_V: [-1.5, 1.5], width_s: [1e-6, 1e-6], current_A: 1e-3 });
    expect(cell.population.devices).toBe(4);
    const rows = readFileSync(join(folder, 'a.csv'), 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line));
    expect(rows.map((row) => row.split(',').slice(0, 2).join())).toEqual(['3,5', '3,6', '4,5', '4,6']);
    const planned = await ohmprop(['train', '--data', 'xor', '--cells', 'a.cell.json', '--dry-run'], {
      cwd: folder,
    });
    expect(planned.code).toBe(0);
  });
});
