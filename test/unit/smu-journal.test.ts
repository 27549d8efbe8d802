import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { cellOf, Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../../drivers/instruments/index.js';
import { Smu, SmuCells, stopSmu, tsp2600 } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../../drivers/serving/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { PulseJournal } from '../../records/index.js';

// Decision 109.

const permit = {
  limits: { maxVoltage_V: 1, compliance_A: 1e-3, maxWidth_s: 0.1, maxPulses: 50 },
  forming: false,
  noCurrentLimit: false,
};
const shape = (amplitude_V: number) => ({ amplitude_V, width_s: 0.005 });
const pulse = { potentiation: shape(0.9), depression: shape(-0.9) };

it('no two scripts of TSP with other levels share a name, so that a lost byte finds nothing of before', () => {
  const run = { delay_s: 0.01, nplc: 1, autorange: false, compliance_A: 1e-3 };
  const [one] = tsp2600.run({ ...run, levels_V: [0.1, 0] }).start;
  const [other] = tsp2600.run({ ...run, levels_V: [0.9, 0] }).start;
  const [slower] = tsp2600.run({ ...run, levels_V: [0.1, 0], delay_s: 0.02 }).start;
  expect(new Set([one, other, slower]).size).toBe(3);
});

describe.each([
  ['2400', Emulated2400],
  ['2600', Emulated2600],
] as const)('a %s', (_, Emulated) => {
  it('that is stopped in a run when it stands at 0 V again is driven nowhere once more', async () => {
    const device = new Emulated({ clock: new SteppedClock(), cell: resistorPort(2e4) });
    const smu = await Smu.open(new InProcessLine(device));
    await smu.arm(permit);
    device.terminals.seen();
    const ended = smu.run([0.9, ...new Array<number>(20).fill(0)], 0.01).catch(() => {});
    await new Promise<void>((resolve) => device.clock.after(0.15, resolve));
    expect((await smu.stop()).confirmed).toBe(true);
    await ended;
    const seen = device.terminals.seen();
    expect(seen.stretches(0.05)).toBe(1);
    expect(seen.longest_seconds(0.05)).toBeLessThan(0.012);
    await smu.close();
  });

  it('tells the next session of a pulse whose host died before it heard of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smu-journal-'));
    const cells = new PulsedCells(linearCells(40, 10, 200e-6), { rows: 1, columns: 1, from_S: 1e-4, pulse });
    const device = new Emulated({ clock: new SteppedClock(), cell: cellOf(cells) });
    const open = async (line: InProcessLine) => {
      const array = await SmuCells.open(await Smu.open(line), { permit, pulse, journaled: true });
      await array.keepJournal(join(folder, 'pulses.jsonl'));
      return array;
    };
    const line = new InProcessLine(device);
    const write = line.write.bind(line);
    const died = new Promise<void>((resolve) => {
      line.write = async (bytes) => {
        // the pulse is told and begins; its host hears of nothing after that
        const isPulse = /:INIT|ipairs\(ohmprop_v\w+\) do smua.source/.test(Buffer.from(bytes).toString());
        await write(bytes);
        if (!isPulse || reads-- > 0) return;
        device.clock.after(0.1, resolve);
        return new Promise(() => {});
      };
    });
    let reads = 3;
    const first = await open(line);
    // a read either way proves the polarity, one says where the cell stands, then the pulse
    void first.pulse({ counts: Int16Array.of(2) }, { id: 1 });
    await died;
    line.writeNow = () => {};
    await stopSmu(new InProcessLine(device));
    device.terminals.seen();
    const next = await open(new InProcessLine(device));
    expect(next.given?.doubt).toBeUndefined();
    expect([...(next.given?.positive ?? [])]).toEqual([1]);
    expect(device.terminals.seen().most_V).toBe(0);
    const written = await PulseJournal.open(join(folder, 'pulses.jsonl'), { rows: 1, columns: 1 });
    expect(written.history.interrupted).toMatchObject({ update: 1, given: 1 });
    expect(written.history.doubt).toBeUndefined();
    written.close();
    // what is left of the update, and no more
    await next.pulse({ counts: Int16Array.of(2) }, { id: 1 });
    expect([...(next.given?.positive ?? [])]).toEqual([2]);
    expect(device.terminals.seen().stretches(0.5)).toBe(1);
    await next.close();
    rmSync(folder, { recursive: true });
  });
});
