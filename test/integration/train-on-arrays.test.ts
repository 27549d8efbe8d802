import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig, preset, type RunConfigInput } from '../../experiments/schema/index.js';
import { loadCheckpoint, openRun, resumeRun, startRun } from '../../experiments/sessions/index.js';
import { PulseJournal, readManifest } from '../../records/index.js';
import { emulatedArray, emulatedSmuArray } from './emulated-arrays.js';

let folder: string;
let limits: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arrays-'));
  limits = join(folder, 'my.limits.yaml');
  writeFileSync(
    limits,
    'kind: limits\nformat: 1\nmaxVoltage_V: 1.6\ncompliance_A: 1mA\nmaxWidth_s: 2ms\nmaxPulses: 100\nseries_ohm: 10k\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const SMU_PULSE = '1.5V,2ms,-1.5V,2ms';
let runs = 0;
const out = () => join(folder, `run-${++runs}`);

function config(cells: object = {}, epochs = 3) {
  const base = preset('xor') as RunConfigInput & { network: object; training: object };
  return checkConfig(
    {
      ...base,
      network: { ...base.network, hidden: [4], window: [5e-6, 100e-6] },
      training: { ...base.training, epochs, batch: 1 },
      cells: {
        model: 'arc-one:/dev/ttyNONE',
        limits,
        states: 60,
        pulse: '1.5V,1us,-1.5V,1us',
        policy: 'accumulate',
        ...cells,
      },
    },
    'test',
  );
}

/** What came to each cell, beside what the journal of a run says. */
async function held(path: string, array: { came(): number[] }, size = 16) {
  const journal = await PulseJournal.open(join(path, 'pulses.jsonl'), { rows: size, columns: size });
  const { positive, negative, unknown } = journal.history;
  journal.close();
  return {
    came: array.came(),
    told: [...positive].map((n, cell) => n + negative[cell]),
    unknown: unknown.reduce((sum, n) => sum + n, 0),
  };
}

describe('training on the cells behind an instrument', () => {
  it('learns, is written down, takes about as long as was said, and can be looked at', async () => {
    const array = emulatedArray();
    const said: string[] = [];
    const path = out();
    let before_s = 0;
    const { epochs } = await startRun(config(), {
      out: path,
      openArray: array.openArray,
      withoutReport: true,
      sinks: [
        (event) => {
          if (event.type !== 'hardware') return;
          said.push(event.text);
          if (event.text.startsWith('it will take')) before_s = array.bench.clock.now_seconds();
        },
      ],
    });
    const took_s = array.bench.clock.now_seconds() - before_s;
    expect(epochs).toHaveLength(3);
    expect(said.join('\n')).toMatch(/24 of 256 cells are moved by pulses of \+1.5 V, 1.00 µs/);
    expect(said.join('\n')).toMatch(/it will take about .* 12 updates, \d+ pulses/);
    const { device } = await readManifest(path);
    expect(Math.abs(Number(device?.predictedInstruments_s) / took_s - 1)).toBeLessThan(0.2);
    const { came, told, unknown } = await held(path, array);
    expect(told).toEqual(came);
    expect(unknown).toBe(0);
    expect(came.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(50);
    const pulses = came.slice();
    const { run, checkpoint } = await openRun(path, {
      restore: 'compare',
      opening: { openArray: array.openArray },
    });
    const { error } = await run.trainer.evaluateOn('test');
    await run.trainer.device.close();
    expect(error).toBe(epochs[2].testError);
    expect(checkpoint.trainer.updates).toBe(12);
    expect([...array.bench.instrument.sockets.pulses]).toEqual(pulses);
  });

  it.each([
    ['an ArC ONE', emulatedArray, { model: 'arc-one:/dev/ttyNONE' }, 3],
    // Each pulse is told, read back, started and read out.
    ['a source-measure unit', emulatedSmuArray, { model: 'smu:/dev/ttyNONE', pulse: SMU_PULSE }, 5],
  ] as const)(
    'goes on from the midst of an update on %s that a lost line cut off: no pulse twice, none left out',
    async (_, emulated, cells, commands) => {
      const array = emulated();
      const path = out();
      const sunk = { updates: 0 };
      // the line goes in the midst of some update
      const failing = startRun(config(cells, 4), {
        out: path,
        openArray: array.openArray,
        withoutReport: true,
        sinks: [
          (event) => {
            if (event.type === 'update-applied' && ++sunk.updates === 5) array.line.left = commands;
          },
        ],
      });
      await expect(failing).rejects.toMatchObject({
        code: expect.stringMatching(/^(line\.|smu\.cut-short)/),
      });
      const standing = await loadCheckpoint({ path, checkpoints: join(path, 'standing') });
      const store = standing.device.parts?.cells.parts ?? {};
      const planned = Object.values(store)
        .map(({ parts }) => (parts?.[0].arrays.planned ?? []) as Int16Array)
        .reduce((sum, counts) => sum + counts.reduce((n, c) => n + Math.abs(c), 0), 0);
      expect(standing.trainer.updates).toBeGreaterThan(5);
      expect(planned).toBeGreaterThan(1);
      const ids = Number(store.g1.parts?.[0].parts?.array.values.on0);
      const before = pulsesUpTo(path, ids);
      const atTerminals = () => array.came().reduce((sum, n) => sum + n, 0);
      expect(atTerminals()).toBeGreaterThanOrEqual(before);
      expect(atTerminals()).toBeLessThan(before + planned);
      array.line.left = Number.POSITIVE_INFINITY;
      let first: number | undefined;
      const { epochs } = await resumeRun(path, {
        openArray: array.openArray,
        withoutReport: true,
        sinks: [
          () => {
            first ??= atTerminals();
          },
        ],
      });
      // what was left of the update that was cut off, before anything else
      expect(first).toBe(before + planned);
      expect(epochs).toHaveLength(4);
      const { came, told, unknown } = await held(path, array);
      expect(told).toEqual(came);
      expect(unknown).toBe(0);
    },
  );

  it('puts a switch matrix before the instrument that is named first, and before no other', async () => {
    const matrix = join(folder, 'matrix.yaml');
    writeFileSync(
      matrix,
      'kind: switch-matrix\nformat: 1\naddress: tcp://127.0.0.1:1\nidentity: MODEL 707\nrows: 16\ncolumns: 16\nopenAll: ":open all"\nclose: ":clos {channel}"\nclosed: ":clos:stat?"\nanswer: "{channel}"\n',
    );
    const [first, second] = ['smu:/dev/ttyFIRST', 'smu:/dev/ttySECOND'];
    const layout = [
      { group: 'g1', at: '0,0' },
      { group: 'g2', at: '0,0', array: second },
    ];
    const opened: [string, number | undefined][] = [];
    const starting = startRun(config({ model: first, pulse: SMU_PULSE, matrix, layout }), {
      out: out(),
      openArray: async (asked) => {
        opened.push([asked.address.text, asked.matrix?.rows]);
        if (opened.length === 2) throw new Error('both were asked for');
        return emulatedSmuArray().openArray(asked);
      },
      withoutReport: true,
    });
    await expect(starting).rejects.toThrow('both were asked for');
    expect(opened).toEqual([
      [first, 16],
      [second, undefined],
    ]);
  });

  it('closes them where the network cannot be put into them', async () => {
    const array = emulatedArray();
    const closed: string[] = [];
    const openArray: typeof array.openArray = async (asked) => {
      const open = await array.openArray(asked);
      const close = open.cells.close.bind(open.cells);
      open.cells.close = async () => {
        closed.push(asked.address.text);
        await close();
      };
      return open;
    };
    const starting = startRun(config({ policy: 'exact', states: undefined }), {
      out: out(),
      openArray,
      withoutReport: true,
    });
    await expect(starting).rejects.toMatchObject({ code: expect.stringMatching(/^policy\./) });
    expect(closed).toEqual(['arc-one:/dev/ttyNONE']);
  });
});

/** Pulses that the journal of a run tells of up to an update. */
function pulsesUpTo(path: string, update: number): number {
  const lines = readFileSync(join(path, 'pulses.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const next = lines.findIndex((line) => line.update === update + 1);
  return lines.slice(0, next).filter((line) => Array.isArray(line)).length;
}
