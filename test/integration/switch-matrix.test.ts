import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resistorPort } from '../../drivers/instruments/index.js';
import { readMatrixText, SwitchMatrix } from '../../drivers/instruments/switch-matrix/index.js';
import {
  InProcessLine,
  type LineDevice,
  type LineEnd,
  SteppedClock,
  serveDeviceOnTcp,
} from '../../drivers/serving/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { withSmu } from './emulated-smu.js';

// Issue 17, point 1: an array behind a switch matrix described in a file.

/** A matrix that closes crossings as a 7001 does, channels counted row by row from 1. */
class EmulatedMatrix implements LineDevice {
  readonly name = 'emulated matrix';
  readonly clock = new SteppedClock();
  readonly closed = new Set<number>();
  /** What it does with a line before it obeys it: what a line that loses bytes would. */
  hears = (line: string) => line;

  constructor(private readonly onChange: (channel: number | undefined) => void = () => {}) {}

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    let text = '';
    return {
      closed: () => {},
      input: (bytes) => {
        const lines = (text + Buffer.from(bytes).toString('latin1')).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) {
          const answer = this.obey(this.hears(line));
          if (answer !== undefined) this.clock.after(0.001, () => send(Buffer.from(`${answer}\n`)));
        }
      },
    };
  }

  private obey(line: string): string | undefined {
    if (line === '*IDN?') return 'KEITHLEY INSTRUMENTS INC.,MODEL 7001,0123456,A07';
    if (line === ':CLOSE:STATE?') return `(@${[...this.closed].map((n) => `1!${n}`).join(',')})`;
    if (line === ':OPEN ALL') this.closed.clear();
    const [, channel] = /^:CLOSE \(@1!(\d+)\)$/.exec(line) ?? [];
    if (channel !== undefined) this.closed.add(Number(channel));
    this.onChange(this.closed.size === 1 ? [...this.closed][0] : undefined);
    return undefined;
  }
}

const text = (address: string) => `kind: switch-matrix
format: 1
address: ${address}
identity: MODEL 7001
rows: 2
columns: 3
openAll: ":OPEN ALL"
close: ":CLOSE (@1!{channel})"
closed: ":CLOSE:STATE?"
answer: "(@1!{channel})"
settle: 5ms
`;
const file = readMatrixText(text('tcp://127.0.0.1:1'), 'm.yaml');
const limits = ['--max-voltage', '0.2V', '--compliance', '1mA', '--max-width', '1s', '--max-pulses', '1'];
const cellOf = (channel: number | undefined) => resistorPort(channel === undefined ? 1e12 : 1e4 * channel);

describe('an array behind a switch matrix', () => {
  it('is read cell by cell, each crossing confirmed; afterwards all are open', async () => {
    await withSmu(async (address, { terminals }) => {
      const matrix = new EmulatedMatrix((channel) => terminals.connect(cellOf(channel)));
      const served = await serveDeviceOnTcp(matrix, { port: 0 });
      const path = join(scratch(), 'm.yaml');
      writeFileSync(path, text(served.address));
      const all = await ohmprop(['instrument', 'read', address, ...limits, '--matrix', path, '--json']);
      expect(all.stderr).toMatch(/2 × 3 crossings of MODEL 7001 at tcp:.*, 5\.00 ms to settle/);
      const { cells } = JSON.parse(all.stdout);
      expect(cells.map((c: { conductance_S: number }) => Math.round(1 / c.conductance_S))).toEqual([
        10000, 20000, 30000, 40000, 50000, 60000,
      ]);
      expect(matrix.closed.size).toBe(0);
      expect(terminals.output).toBe(false);
      // A line that loses the closing: nothing is driven, and what was touched is opened.
      expect(terminals.seen().stretches(0.01)).toBe(6);
      matrix.hears = (line) => line.replace(':CLOSE (@1!2)', ':CLOSE (@1!)');
      const one = await ohmprop([
        'instrument',
        'read',
        address,
        ...limits,
        '--matrix',
        path,
        '--cell',
        '0,1',
      ]);
      expect(one.code).toBe(1);
      expect(one.stderr).toMatch(
        /after ":CLOSE \(@1!2\)" it says "\(@\)" is closed, where "\(@1!2\)" was wanted/,
      );
      expect(terminals.seen().stretches(0.01)).toBe(0);
      expect(terminals.output).toBe(false);
      await served.close();
    }, cellOf(undefined));
  });

  it('does not take a cell for selected whose switching failed', async () => {
    const matrix = new EmulatedMatrix();
    const open = await SwitchMatrix.open(new InProcessLine(matrix), file);
    await open.select(1, 2);
    expect([...matrix.closed]).toEqual([6]);
    matrix.hears = (line) => (line === ':OPEN ALL' ? '' : line);
    await expect(open.select(0, 0)).rejects.toMatchObject({ code: 'matrix.crossing' });
    matrix.hears = (line) => line;
    await open.select(1, 2);
    expect([...matrix.closed]).toEqual([6]);
    await open.close();
    expect(matrix.closed.size).toBe(0);
  });

  it('that is another is not touched', async () => {
    const matrix = new EmulatedMatrix();
    matrix.closed.add(3);
    const opening = SwitchMatrix.open(new InProcessLine(matrix), { ...file, identity: 'MODEL 707' });
    await expect(opening).rejects.toMatchObject({ code: 'matrix.unknown', exitCode: 2 });
    expect([...matrix.closed]).toEqual([3]);
  });
});

describe('the file of a switch matrix', () => {
  const changed = (from: string | RegExp, to: string) => text('gpib:/dev/ttyUSB0,7').replace(from, to);
  it.each([
    [
      changed('kind: switch-matrix', 'kind: limits'),
      'matrix.kind',
      /needs "kind: switch-matrix", got kind "limits"/,
    ],
    [changed('format: 1', 'format: 2'), 'matrix.format', /needs "format: 1", got "2"/],
    [changed('rows: 2', 'rows: 0'), 'matrix.invalid', /m\.yaml:5:\d+: rows: .*got "0"/],
    [changed('rows: 2\n', ''), 'matrix.invalid', /rows: is missing/],
    [
      changed('{channel})"\nclosed', '{chanel})"\nclosed'),
      'matrix.invalid',
      /close: has a place \{chanel\} that is none/,
    ],
    [
      changed('(@1!{channel})"\nclosed', '(@1!2)"\nclosed'),
      'matrix.invalid',
      /close: needs the place of a crossing/,
    ],
    [
      changed(':OPEN ALL', ':OPEN ALL\\n:OUTP ON'),
      'matrix.invalid',
      /openAll: needs one line of plain characters/,
    ],
    [changed('settle: 5ms', 'settle: 5mV'), 'matrix.invalid', /settle: .*5mV/],
    [changed('settle: 5ms', 'setle: 5ms'), 'matrix.invalid', /setle: is no key of a switch matrix; known: /],
    [
      changed('gpib:/dev/ttyUSB0,7', 'somewhere'),
      'matrix.invalid',
      /address: "somewhere" is no address; forms/,
    ],
    ['- 1', 'matrix.kind', /got no kind/],
  ])('%#: is refused where it says what cannot be', (content, code, message) => {
    const reading = () => readMatrixText(content, 'm.yaml');
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it('is refused before an ArC ONE, and on the adapter that the instrument is on', async () => {
    const path = join(scratch(), 'm.yaml');
    writeFileSync(path, text('gpib:/dev/ttyUSB7,7'));
    const asked = (address: string) => ohmprop(['instrument', 'read', address, ...limits, '--matrix', path]);
    expect((await asked('arc-one:/dev/ttyUSB7')).stderr).toMatch(/has its own switches/);
    const shared = await asked('smu:gpib:/dev/ttyUSB7,24');
    expect(shared.code).toBe(2);
    expect(shared.stderr).toMatch(/both are on the adapter at \/dev\/ttyUSB7, which one line opens/);
  });
});
