import { describe, expect, it } from 'vitest';
import { runError } from '../../core/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { cellOf, Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import type { CellPort } from '../../drivers/instruments/index.js';
import { Smu, SmuCells } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../../drivers/serving/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { PulseJournal } from '../../records/index.js';

// The line of a source-measure unit that is lost while it drives: it is opened again, the same instrument at it, its output switched
// off; a read is repeated, a pulse is asked for and looked for, and never given twice.

const permit = {
  limits: { maxVoltage_V: 1, compliance_A: 1e-3, maxWidth_s: 0.1, maxPulses: 50 },
  forming: false,
  noCurrentLimit: false,
};
const shape = (amplitude_V: number) => ({ amplitude_V, width_s: 0.005 });
const pulse = { potentiation: shape(0.9), depression: shape(-0.9) };
/** What starts a run, in either language. */
const START = /:INIT|do smu[ab]\.source\.levelv = v/;

/** Counts the pulses that come to it. */
function counted(cell: CellPort) {
  let side = 0;
  const port = {
    pulses: 0,
    hold(voltage_V: number, limit_A: number, seconds: number) {
      const now = Math.abs(voltage_V) > 0.5 ? Math.sign(voltage_V) : 0;
      if (seconds > 0 && now !== 0 && now !== side) port.pulses++;
      if (seconds > 0) side = now;
      return cell.hold(voltage_V, limit_A, seconds);
    },
  };
  return port;
}

/** A line that is cut at one of the runs that go over it, and stays away for some tries. */
class CutLine extends InProcessLine {
  runs = 0;
  cutAt = Number.POSITIVE_INFINITY;
  /** Whether what starts the run still arrives. */
  arrives = true;
  /** So often it cannot be opened. */
  away = 0;
  whenCut = () => {};

  override async open(): Promise<void> {
    if (this.away-- > 0) throw runError('line.unreachable', `${this.name}: nobody is there`);
    await super.open();
  }

  override async write(bytes: Uint8Array): Promise<void> {
    const starts = START.test(Buffer.from(bytes).toString('latin1'));
    if (!starts || ++this.runs !== this.cutAt) return super.write(bytes);
    if (this.arrives) await super.write(bytes);
    this.unplug();
    this.whenCut();
  }
}

describe.each([
  ['2400', Emulated2400],
  ['2600', Emulated2600],
] as const)('the line of a %s that is lost', (_, Emulated) => {
  async function bench(journaled = true, identity?: string) {
    const cells = new PulsedCells(linearCells(40, 10, 200e-6), {
      rows: 1,
      columns: 1,
      from_S: 1e-4,
      pulse,
    });
    const port = counted(cellOf(cells));
    const device = new Emulated({ clock: new SteppedClock(), cell: port });
    const line = new CutLine(device);
    const told: string[] = [];
    const smu = await Smu.open(line, { address: 'smu:here', tell: (text) => told.push(text) });
    const array = await SmuCells.open(smu, { permit, pulse, journaled });
    const journal = PulseJournal.inMemory({ rows: 1, columns: 1 });
    const notes: string[] = [];
    journal.note = (text) => void notes.push(text);
    if (journaled) array.keep(journal);
    return { device, port, line, told, notes, array, identity };
  }

  it.each([true, false])(
    'while a pulse is given: it is given once, also where it had %s arrived',
    async (arrives) => {
      const { port, line, told, notes, array, device } = await bench();
      await array.pulse({ counts: Int16Array.of(1) }, { id: 1 });
      Object.assign(line, { arrives, away: 3, cutAt: line.runs + 4 });
      await array.pulse({ counts: Int16Array.of(4) }, { id: 2 });
      expect(port.pulses).toBe(5);
      expect([...(array.given?.positive ?? [])]).toEqual([5]);
      expect(array.given?.doubt).toBeUndefined();
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(
        /its line was lost, and is there again after 1\.\d+ s; its output was still on, and was switched off/,
      );
      expect(notes).toEqual(told);
      await array.close();
      expect(device.terminals.output).toBe(false);
    },
  );

  it.each([true, false])('while a cell is read (journal: %s): it is read again', async (journaled) => {
    const { line, told, array, device } = await bench(journaled);
    Object.assign(line, { away: 2, cutAt: line.runs + 1 });
    const [read_S] = await array.read();
    expect(read_S).toBeCloseTo(1e-4, 6);
    expect(told).toHaveLength(1);
    await array.close();
    expect(device.terminals.output).toBe(false);
  });

  it('and its supply with it, leaves no pulse unknown', async () => {
    const { port, line, array, device } = await bench();
    line.whenCut = () => device.powerCycle();
    await array.pulse({ counts: Int16Array.of(2) }, { id: 1 });
    Object.assign(line, { arrives: false, away: 8, cutAt: line.runs + 2 });
    await array.pulse({ counts: Int16Array.of(2) }, { id: 2 });
    expect([...(array.given?.positive ?? [])]).toEqual([port.pulses]);
    expect(port.pulses).toBe(4);
    await array.close();
  });

  it('for good ends the session with what to do, and is told of as an output that may be on', async () => {
    const { line, array, told } = await bench();
    Object.assign(line, { away: Number.POSITIVE_INFINITY, cutAt: line.runs + 1 });
    await expect(array.read()).rejects.toMatchObject({
      code: 'line.lost',
      message: expect.stringMatching(
        /did not come back within 60\.\d s .*its output may be on\. Look at cable.*instrument stop smu:here"/,
      ),
    });
    expect(told).toEqual([]);
    await expect(array.close()).rejects.toMatchObject({ code: 'smu.not-off' });
  });

  it('is switched off at the end, where a program gives up what it drove', async () => {
    const { line, array, device } = await bench(false);
    Object.assign(line, { away: 2, cutAt: line.runs + 3 });
    await expect(array.pulse({ counts: Int16Array.of(3) }, { id: 1 })).rejects.toMatchObject({
      code: 'smu.cut-short',
    });
    expect(device.terminals.output).toBe(true);
    await array.close();
    expect(device.terminals.output).toBe(false);
  });

  it('leads to another instrument: nothing is said to that but who it is', async () => {
    const { line, array } = await bench();
    const other = new Emulated({
      clock: line.clock,
      cell: { hold: (voltage_V) => ({ voltage_V, current_A: 0, limited: false }) },
      identity: 'KEITHLEY INSTRUMENTS INC.,MODEL 2400,9999999,C33',
    });
    const heard: string[] = [];
    line.cutAt = line.runs + 1;
    line.whenCut = () => {
      Object.assign(line, {
        device: {
          clock: line.clock,
          name: 'another',
          connect: (send: (bytes: Uint8Array) => void) => {
            const end = other.connect(send);
            return {
              ...end,
              input: (bytes: Uint8Array) => {
                heard.push(Buffer.from(bytes).toString('latin1'));
                end.input(bytes);
              },
            };
          },
        },
      });
    };
    await expect(array.read()).rejects.toMatchObject({ code: 'smu.other' });
    await array.close().catch(() => {});
    expect(new Set(heard)).toEqual(new Set(['*IDN?\n']));
  });
});
