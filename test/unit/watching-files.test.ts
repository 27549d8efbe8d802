import { appendFileSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { EpochTable } from '../../experiments/watching/epoch-table.js';
import { FolderFollower } from '../../experiments/watching/folder-follower.js';
import { JournalAccount } from '../../experiments/watching/journal-account.js';
import { LineFollower } from '../../experiments/watching/line-follower.js';
import { mapOfArray } from '../../experiments/watching/map-of-array.js';
import { Teller } from '../../experiments/watching/teller.js';
import { LayeredFloat32Device, storedConductances } from '../../solver/layered-float32/index.js';
import { scratch } from '../scratch.js';

const epoch = (n: number, testError = 0.5) => `${JSON.stringify({ epoch: n, testError })}\n`;

describe('a file of lines that another process writes', () => {
  it('is told by whole lines, each once', () => {
    const path = join(scratch(), 'metrics.jsonl');
    const follower = new LineFollower(path);
    expect(follower.look()).toEqual({ anew: false, lines: [], more: false });
    writeFileSync(path, 'one\ntw');
    expect(follower.look().lines).toEqual(['one']);
    expect(follower.look().lines).toEqual([]);
    appendFileSync(path, 'o µ\nthree\n');
    expect(follower.look().lines).toEqual(['two µ', 'three']);
  });

  it('is read from its beginning where it was replaced or cut', () => {
    const path = join(scratch(), 'metrics.jsonl');
    writeFileSync(path, 'one\ntwo\n');
    const follower = new LineFollower(path);
    follower.look();
    writeFileSync(`${path}.new`, 'one\ntwo\nthree\n');
    renameSync(`${path}.new`, path);
    expect(follower.look()).toEqual({ anew: true, lines: ['one', 'two', 'three'], more: false });
    truncateSync(path, 4);
    expect(follower.look()).toEqual({ anew: true, lines: ['one'], more: false });
  });

  it('is read piece by piece where it is long', () => {
    const path = join(scratch(), 'metrics.jsonl');
    const lines = Array.from({ length: 30_000 }, (_, k) => `${k} ${'x'.repeat(60)}`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    const follower = new LineFollower(path);
    const read: string[] = [];
    for (let more = true; more; ) {
      const look = follower.look();
      read.push(...look.lines);
      more = look.more;
    }
    expect(read).toEqual(lines);
  });

  it.skipIf(process.platform === 'win32')('is not followed where it is a link', () => {
    const folder = scratch();
    writeFileSync(join(folder, 'secret'), 'secret\n');
    symlinkSync(join(folder, 'secret'), join(folder, 'metrics.jsonl'));
    expect(new LineFollower(join(folder, 'metrics.jsonl')).look().lines).toEqual([]);
  });
});

describe('numbers of epochs', () => {
  it('stand in columns of one length, what came later or is missing as null', () => {
    const table = new EpochTable();
    table.add(
      '{"epoch":1,"testError":0.5,"gradient":{"groups":{"g1":{"cosine":0.9}}},"confusion":[1,2,3,4]}',
    );
    table.add('{"epoch":2,"testError":null,"pulses":7}');
    expect(table.add('no line')).toBe(false);
    expect(table.since(0)).toEqual({
      epoch: [1, 2],
      testError: [0.5, null],
      'cosine.g1': [0.9, null],
      pulses: [null, 7],
    });
    expect(table.since(1).pulses).toEqual([7]);
    expect(table.confusion).toEqual([1, 2, 3, 4]);
  });

  it('hold outputs of test samples where they are what they should be', () => {
    const table = new EpochTable();
    const shown = {
      unit: 'V',
      samples: [0, 3],
      outputs: [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
      targets: [
        [0, 1],
        [1, 0],
      ],
    };
    table.add(JSON.stringify({ epoch: 1, shown }));
    expect(table.shown).toEqual({ epoch: 1, of: shown });
    for (const odd of [{ outputs: [[1]] }, { targets: [[1]] }, { unit: '<script>' }, { samples: ['x', 1] }]) {
      table.add(JSON.stringify({ epoch: 2, shown: { ...shown, ...odd } }));
      expect(table.shown?.epoch, JSON.stringify(odd)).toBe(1);
    }
  });

  it('are thinned where there are too many, the newest kept', () => {
    const table = new EpochTable();
    for (let n = 1; n <= 20_001; n++) table.add(epoch(n));
    expect(table.thin()).toBe(true);
    expect(table.count).toBe(10_001);
    expect(table.since(0).epoch.slice(-2)).toEqual([19_999, 20_001]);
  });
});

it('a journal tells how a board is: pauses, requests repeated, the time of an update', () => {
  const account = new JournalAccount();
  const at = (seconds: number) => new Date(1e12 + 1000 * seconds).toISOString();
  const add = (line: object) => account.add(JSON.stringify(line));
  expect(account.health).toBeUndefined();
  add({ at: at(0), kind: 'held', why: 'the start', serial: 'V1', boots: 2, update: 0 });
  add({ at: at(1), kind: 'intent', id: 1 });
  add({ at: at(1.25), kind: 'outcome', id: 1, readings: 'kept' });
  add({
    at: at(2),
    kind: 'happened',
    what: 'retries',
    text: '3 requests repeated, 1 damaged frames in this epoch',
  });
  add({ at: at(3), kind: 'happened', what: 'paused', text: 'unplugged', code: 'line.lost' });
  expect(account.health).toEqual({
    serial: 'V1',
    boots: 2,
    updates: 1,
    retries: 3,
    damagedFrames: 1,
    lostAnswers: 0,
    middleOutOfBand: false,
    paused: 'unplugged',
    update_seconds: 0.25,
    lastAt: at(3),
  });
  add({ at: at(4), kind: 'happened', what: 'resumed', text: 'found', seconds: 1 });
  expect(account.health?.paused).toBeUndefined();
  expect(account.entries.map(({ what }) => what)).toEqual(['holds', 'retries', 'paused', 'resumed']);
});

describe('maps', () => {
  it('are means of blocks where an array is large; the histogram counts every entry', () => {
    const map = mapOfArray(
      'g',
      'S',
      Float64Array.from({ length: 192 * 2 }, (_, k) => (k < 192 ? 1 : 3)),
      2,
      192,
    );
    expect(map.shown).toMatchObject({ rows: 2, columns: 96 });
    expect(map.shown.values[0]).toBe(1);
    expect(map.mean).toBe(2);
    expect(map.histogram.counts.reduce((a, b) => a + b)).toBe(384);
    const gap = mapOfArray('g', 'S', [Number.NaN, 2], 1, 2);
    expect(gap).toMatchObject({ low: 2, high: 2, shown: { values: [null, 2] } });
  });

  it('of the fast device are read from its snapshot as the device itself says them', async () => {
    const layers = [20, 7, 3];
    const network = layeredNetwork({ inputs: 5, hidden: [20, 7], outputs: 3, inputGain: 4 });
    const device = new LayeredFloat32Device(network, { seed: 1, threads: 1 });
    await device.initialise(3);
    const [{ arrays }, parameters] = [await device.snapshot(), await device.readParameters()];
    await device.close();
    for (const l of layers.keys()) {
      const read = storedConductances(arrays[`g${l + 1}`] as Float32Array, 5, layers, l);
      const said_uS = Array.from(parameters[`g${l + 1}`], (g) => Math.fround(g * 1e6));
      expect(Array.from(read ?? [], Math.fround)).toEqual(said_uS);
    }
    expect(storedConductances(new Float32Array(7), 5, layers, 0)).toBeUndefined();
  });
});

describe('who listens to a folder of runs', () => {
  async function folderOfOne() {
    const folder = scratch();
    mkdirSync(join(folder, 'a'));
    const metrics = join(folder, 'a', 'metrics.jsonl');
    writeFileSync(metrics, epoch(1));
    return { metrics, teller: new Teller(new FolderFollower(folder)) };
  }
  const types = (spoken: readonly { data: string }[]) => spoken.map(({ data }) => JSON.parse(data).type);

  it('is told everything, then what changes; who comes back, what he missed', async () => {
    const { metrics, teller } = await folderOfOne();
    const { first, leave } = await teller.listen(() => {});
    expect(types(first)).toEqual(['begin', 'run', 'held', 'all']);
    expect(first.slice(0, -1).every(({ id }) => id === '')).toBe(true);
    leave();
    appendFileSync(metrics, epoch(2));
    const again = await teller.listen(() => {}, first.at(-1)?.id);
    expect(types(again.first)).toContain('epochs');
    expect(types(again.first)).not.toContain('run');
    const last = again.first.at(-1)?.id;
    expect((await teller.listen(() => {}, last)).first).toEqual([]);
    expect(types((await teller.listen(() => {}, 'another.7')).first)).toContain('run');
    teller.close();
  });

  it('of epochs that were taken back is told the run anew', async () => {
    const { metrics, teller } = await folderOfOne();
    const { first, leave } = await teller.listen(() => {});
    leave();
    writeFileSync(`${metrics}.new`, epoch(1, 0.25));
    renameSync(`${metrics}.new`, metrics);
    const again = await teller.listen(() => {}, first.at(-1)?.id);
    const run = again.first.map(({ data }) => JSON.parse(data)).find(({ type }) => type === 'run');
    expect(run.columns.testError).toEqual([0.25]);
    teller.close();
  });
});
