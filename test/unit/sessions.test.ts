import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { checkConfig, type RunConfigInput } from '../../experiments/schema/index.js';
import {
  loadCheckpoint,
  openRun,
  resumeRun,
  type SessionEvent,
  startRun,
} from '../../experiments/sessions/index.js';
import { openRunDirectory } from '../../records/index.js';
import { scratch } from '../scratch.js';

let folder = '';
beforeEach(() => {
  folder = scratch('sessions');
});

const config = (change: Partial<RunConfigInput> = {}) =>
  checkConfig(
    {
      data: 'iris',
      network: { kind: 'resistive', hidden: [8], inputGain: 4 },
      training: { beta: 0.1, batch: 15, epochs: 2, conductanceRates: 0.05, biasRates: 0.05 },
      ...change,
    },
    'test',
  );

const inCells = {
  network: { kind: 'resistive', hidden: [6], inputGain: 4 },
  cells: { readNoise: 0.01, c2c: 0.1 },
};

async function stateOf(path: string) {
  const directory = await openRunDirectory(path, { write: false });
  const { device, trainer } = await loadCheckpoint(directory);
  await directory.release();
  return { device, updates: trainer.updates };
}

describe('a session', () => {
  it('tells its sinks what happens, as plain data in order, prints nothing and hears no signals', async () => {
    const events: SessionEvent[] = [];
    const print = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const listeners = () => ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
    const before = listeners();
    const heard: number[][] = [];
    await startRun(config(), {
      out: join(folder, 'run'),
      sinks: [
        (event) => void events.push(structuredClone(event)),
        async () => {
          heard.push(listeners());
        },
      ],
    });
    for (const spy of print) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
    expect(new Set(heard.flat())).toEqual(new Set(before));
    const types = events.map(({ type }) => type).filter((type) => !/^(minibatch|update-)/.test(type));
    const epoch = ['evaluating', 'epoch', 'checkpoint-written'];
    expect(types).toEqual(['session-started', ...epoch, ...epoch, 'finished']);
    expect(events[0]).toMatchObject({
      device: expect.stringMatching(/-8-3 /),
      data: 'iris',
      epochs: 2,
      seed: 1,
    });
    expect(events.filter(({ type }) => type === 'minibatch')).toHaveLength(14);
    const end = events.at(-1);
    expect(end).toMatchObject({ reportPath: join(folder, 'run/report.html') });
  });

  it('comes to an end at the signal, with a checkpoint that goes on to the same bits', async () => {
    const interruption = new AbortController();
    const types: string[] = [];
    const parts = await startRun(config(), {
      out: join(folder, 'parts'),
      signal: interruption.signal,
      sinks: [
        (event) => {
          types.push(event.type);
          if (event.type === 'minibatch' && event.done === 3) interruption.abort();
        },
      ],
    });
    expect(parts.interrupted).toBe(true);
    expect(types.slice(-2)).toEqual(['checkpoint-written', 'interrupted']);
    await resumeRun(parts.path);
    await startRun(config(), { out: join(folder, 'whole') });
    expect(await stateOf(parts.path)).toEqual(await stateOf(join(folder, 'whole')));
  });

  it('fails with what a sink throws, says so, and leaves the run to be resumed', async () => {
    const types: string[] = [];
    const failing = startRun(config(), {
      out: join(folder, 'run'),
      sinks: [
        (event) => {
          types.push(event.type);
          if (event.type === 'epoch' && event.record.epoch === 2) throw new Error('no room');
        },
      ],
    });
    await expect(failing).rejects.toThrow('no room');
    expect(types.at(-1)).toBe('failed');
    expect(JSON.parse(readFileSync(join(folder, 'run/manifest.json'), 'utf8')).exitStatus).toBe('failed');
    expect((await resumeRun(join(folder, 'run'))).epochs).toHaveLength(2);
  });
});

it('two trainings at once in one process give the bits that each gives alone', async () => {
  const kinds = {
    float32: config(),
    cells: config(inCells as Partial<RunConfigInput>),
    hopfield: config({ network: { kind: 'hopfield', hidden: [8] } }),
  };
  const train = (name: keyof typeof kinds, out: string) => startRun(kinds[name], { out: join(folder, out) });
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  for (const name of names) await train(name, `${name}-alone`);
  await Promise.all(names.map((name) => train(name, `${name}-together`)));
  for (const name of names) {
    const alone = await stateOf(join(folder, `${name}-alone`));
    expect(alone.updates).toBe(14);
    expect(await stateOf(join(folder, `${name}-together`))).toEqual(alone);
  }
});

describe('the classes of a run', () => {
  const table = (names: readonly string[]) =>
    ['x,y,class', ...Array.from({ length: 40 }, (_, k) => `${k % 7},${(k * k) % 5},${names[k % 2]}`)].join(
      '\n',
    );

  it('are recorded, and have to be known when it is opened again', async () => {
    const file = join(folder, 'table.csv');
    writeFileSync(file, table(['cat', 'dog']));
    const { path } = await startRun(config({ data: `csv:${file}` }), { out: join(folder, 'run') });
    expect(JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')).classNames).toEqual(['cat', 'dog']);
    writeFileSync(file, table(['cow', 'dog']));
    await expect(openRun(path, { restore: 'compare' })).rejects.toThrow(
      /knows no class cow; it was trained on cat, dog/,
    );
  });

  it('are taken from the data with a warning where a run of 0.1 does not say them', async () => {
    const { path } = await startRun(config(), { out: join(folder, 'run') });
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    writeFileSync(
      join(path, 'manifest.json'),
      JSON.stringify({ ...manifest, classNames: undefined, data: undefined }),
    );
    const told: string[] = [];
    const sinks = [(event: SessionEvent) => void (event.type === 'warning' && told.push(event.text))];
    await resumeRun(path, { epochs: 3, sinks });
    await resumeRun(path, { epochs: 4, sinks });
    expect(told).toEqual([expect.stringMatching(/does not say on which classes it was trained/)]);
  });
});
