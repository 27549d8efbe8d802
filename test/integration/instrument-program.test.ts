import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { ArcOneDevice } from '../../drivers/instruments/arc-one/emulator/index.js';
import { type ServedDevice, serveDeviceOnTcp } from '../../drivers/serving/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { decodeNpy } from '../../records/index.js';
import { ohmprop } from './command-line.js';

const limits = [
  '--max-voltage',
  '1.5V',
  '--compliance',
  '1mA',
  '--max-width',
  '10us',
  '--max-pulses',
  '500',
  '--series',
  '10k',
];
let folder: string;
let served: ServedDevice;
let device: ArcOneDevice;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  const cells = new PulsedCells(linearCells(100, 20, 100e-6), { rows: 32, columns: 32, from_S: 30e-6 });
  device = new ArcOneDevice(cells, { noise: 0.002, sample_seconds: 1e-6, boot_seconds: 0.2 });
  served = await serveDeviceOnTcp(device, { port: 0, clients: 2 });
  address = `arc-one:${served.address}`;
});
afterAll(async () => {
  await served.close();
  device.instrument.stop();
  rmSync(folder, { recursive: true });
});

const program = (...more: string[]) => ohmprop(['instrument', 'program', address, ...more]);

describe('ohmprop instrument program', () => {
  it('sends nothing without limits, beyond them, without a yes, or where nothing limits the current', async () => {
    const asked = ['--write', '0,0=80uS', '--within', '2%'];
    const refused = async (more: string[], said: string) => {
      const { code, stderr } = await program(...asked, ...more);
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    };
    await refused([], 'has no limits');
    await refused(limits, 'say --yes');
    await refused([...limits.slice(0, -2), '--yes'], 'resistor in series');
    await refused([...limits, '--yes', '--ramp', '1V,0.1V,1ms'], 'ramp of potentiation');
    expect((await program('--write', '0,32=80uS', '--within', '2%', ...limits, '--yes')).stderr).toContain(
      'no cell 0,32',
    );
    expect(device.instrument.sockets.pulses.every((n) => n === 0)).toBe(true);
  });

  it('brings cells to their targets, leaves the rest alone, and says where everything is', async () => {
    const target = join(folder, 'G.csv');
    writeFileSync(target, '40uS,80uS,\n,20uS,60e-6\n');
    const out = join(folder, 'run');
    const asked = [
      '--target',
      target,
      '--near',
      '2uS',
      '--budget',
      '400',
      ...limits,
      '--yes',
      '-o',
      `${out}/`,
    ];
    const { code, stdout, stderr } = await program(...asked, '--json');
    expect(stderr).toContain('moves 4 cells, up to 400 pulses each of up to ±1.5 V');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', accepted: 4, finalWithin: 4 });
    const { data, shape } = decodeNpy(readFileSync(join(out, 'G_final.npy')), 'G_final.npy');
    expect(shape).toEqual([32, 32]);
    for (const [cell, uS] of [
      [0, 40],
      [1, 80],
      [33, 20],
      [34, 60],
    ] as const) {
      expect(Math.abs(1e6 * data[cell] - uS)).toBeLessThanOrEqual(2.2);
    }
    expect(1e6 * data[2]).toBeCloseTo(30, 0);
    const rows = readFileSync(join(out, 'pulses.csv'), 'utf8').trim().split('\n');
    const given = device.instrument.sockets.pulses.reduce((sum, n) => sum + n, 0);
    expect(rows.length - 1).toBe(given);
    expect(rows[0]).toBe('time_s,row,column,count,amplitude_V,width_s,pulses,update');
    // another time in the same place is refused, going on finds everything done
    expect((await program(...asked)).stderr).toContain('--resume');
    const again = await program(
      '--target',
      target,
      '--near',
      '2uS',
      '--budget',
      '400',
      ...limits,
      '--yes',
      '--resume',
      out,
      '--json',
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ accepted: 4, pulses: given });
    expect(device.instrument.sockets.pulses.reduce((sum, n) => sum + n, 0)).toBe(given);
  });
});

describe('ohmprop instrument map and retention', () => {
  it('reads every cell: numbers, picture, table', async () => {
    const out = (ending: string) => join(folder, `map${ending}`);
    const files = ['.csv', '.npy', '.svg'].flatMap((ending) => ['-o', out(ending)]);
    const asked = [
      'instrument',
      'map',
      address,
      ...limits,
      '--read',
      '0.1V',
      '--averages',
      '2',
      ...files,
      '--json',
    ];
    const { code, stdout } = await ohmprop(asked);
    expect(code).toBe(0);
    const { rows, columns, mean_S, spread_S, averages, read_V } = JSON.parse(stdout);
    expect({ rows, columns, averages, read_V }).toEqual({ rows: 32, columns: 32, averages: 2, read_V: 0.1 });
    expect(1e6 * mean_S[2]).toBeCloseTo(30, 0);
    expect(spread_S.some((s: number) => s > 0)).toBe(true);
    const { data, shape } = decodeNpy(readFileSync(out('.npy')), 'map.npy');
    expect([[...data], shape]).toEqual([mean_S, [32, 32]]);
    expect(readFileSync(out('.csv'), 'utf8').split('\n').length).toBe(1026);
    const refused = await ohmprop(['instrument', 'map', address, ...limits, '--read', '1V']);
    expect(refused.stderr).toContain('read at less');
    expect((await ohmprop(['instrument', 'map', address])).stderr).toContain('has no limits');
  });

  it('watches cells over time, in a file that calibrate reads back', async () => {
    const csv = join(folder, 'r.csv');
    const times = ['--for', '200ms', '--every', '20ms', '--averages', '2', '--read', '0.1V'];
    const line = ['instrument', 'retention', address, '--at', '0,2', '--at', '5,5', ...times, ...limits];
    const { code, stdout } = await ohmprop([...line, '--json']);
    expect(code).toBe(0);
    const { time_s, conductance_S, cells } = JSON.parse(stdout);
    expect(cells).toEqual([
      { row: 0, column: 2 },
      { row: 5, column: 5 },
    ]);
    expect(time_s.length).toBeGreaterThan(2);
    expect(time_s[time_s.length - 1]).toBeLessThan(20);
    for (const values of conductance_S) for (const g of values) expect(1e6 * g).toBeCloseTo(30, 0);
    const one = ['instrument', 'retention', address, '--at', '5,5', ...times, ...limits, '-o', csv];
    expect((await ohmprop(one)).code).toBe(0);
    const read = await ohmprop(['calibrate', 'inspect', csv, '--json']);
    expect(read.code).toBe(0);
    expect(read.stdout).toContain('retention');
  });
});

describe('ohmprop instrument info, read, pulse, stop on an ArC ONE', () => {
  const at = (verb: string, ...more: string[]) => ohmprop(['instrument', verb, address, ...more]);

  it('looks without a reset, reads and pulses one cell, and is reset by stop', async () => {
    expect((await at('info')).stdout).toContain('firmware 1.0');
    const read = await at('read', '--cell', '7,7', ...limits, '--json');
    expect(read.stderr).toBe('');
    expect(1e6 * JSON.parse(read.stdout).cells[0].conductance_S).toBeCloseTo(30, 0);
    const before = device.instrument.sockets.pulses[7 * 32 + 7];
    const pulse = await at('pulse', '--cell', '7,7', '--drive', 'pulses:1.5V,1us,3', ...limits, '--yes');
    expect(pulse.stderr).not.toContain('ohmprop:');
    expect(device.instrument.sockets.pulses[7 * 32 + 7]).toBe(before + 3);
    const stopped = await at('stop', '--json');
    expect(stopped.code).toBe(0);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ stopped: true, how: 'line' });
    expect(JSON.parse(stopped.stdout).took_s).toBeLessThan(60);
  });
});
