import { describe, expect, it } from 'vitest';
import { resistorPort } from '../../drivers/instruments/cell-port.js';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { type LineDevice, SteppedClock } from '../../drivers/serving/index.js';

/** Says lines to an instrument and gives back what it said, after it has had the time. */
async function said(device: LineDevice, lines: readonly string[], seconds = 30): Promise<string[]> {
  let text = '';
  const end = device.connect((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  end.input(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  await new Promise<void>((resolve) => device.clock.after(seconds, resolve));
  end.closed();
  return text.split('\n').slice(0, -1);
}

describe('an emulated Keithley 2400', () => {
  const instrument = () => new Emulated2400({ clock: new SteppedClock(), cell: resistorPort(1e4) });

  it('understands short and long keywords, optional nodes, and commands that go on from where the last stood', async () => {
    const lines = [
      ':SOURce1:VOLTage:LEVel:IMMediate:AMPLitude 0.5;:SOUR:VOLTAGE 0.5;VOLT:RANG 2;:sens:curr:prot 1e-3',
      'SOUR:VOLT?;:SOURCE:VOLTAGE:RANGE?;:SENS:CURR:DC:PROT:LEV?;*OPC?',
      ':SYST:ERR?',
    ];
    expect(await said(instrument(), lines)).toEqual([
      '+5.000000E-01;+2.000000E+00;+1.000000E-03;1',
      '0,"No error"',
    ]);
  });

  it('keeps an error queue of ten, oldest first, and says what was wrong', async () => {
    const wrong = [
      ':NONSENSE 1',
      ':SOUR:VOLT 300',
      ':SOUR:VOLT',
      ':SOUR:FUNC PINK',
      ':READ?',
      ':SOUR:VOLT 1,2',
    ];
    const asked = [...wrong, ':SYST:ERR:COUN?', ...wrong.map(() => ':SYST:ERR?'), ':SYST:ERR?'];
    expect(await said(instrument(), asked)).toEqual([
      '6',
      '-113,"Undefined header"',
      '-222,"Parameter data out of range"',
      '-109,"Missing parameter"',
      '-224,"Illegal parameter value"',
      '803,"Not permitted with OUTPUT off"',
      '-108,"Parameter not allowed"',
      '0,"No error"',
    ]);
    const flood = await said(instrument(), [...Array(12).fill(':X'), ':SYST:ERR:ALL?']);
    expect(flood[0].split(',"').at(-1)).toBe('Queue overflow"');
  });

  it('sources, measures, and says that it is in compliance', async () => {
    const set = [
      ':SENS:FUNC "VOLT"',
      ':SENS:CURR:PROT 50e-6',
      ':SOUR:VOLT 0.1',
      ':OUTP ON',
      ':READ?',
      ':SOUR:VOLT 1',
      ':READ?',
    ];
    const lines = [...set, ':SENS:CURR:PROT:TRIP?'];
    const [first, second, trip] = await said(instrument(), lines);
    const [v, i, r, , status] = first.split(',').map(Number);
    expect(v).toBeCloseTo(0.1, 3);
    expect(i).toBeCloseTo(1e-5, 7);
    expect([r, status & 8]).toEqual([9.91e37, 0]);
    const [limited_V, limited_A, , , limited] = second.split(',').map(Number);
    expect([limited & 8, trip]).toEqual([8, '1']);
    expect(limited_V).toBeCloseTo(0.5, 2);
    expect(limited_A).toBeCloseTo(5e-5, 7);
  });

  it('sweeps a list into its buffer, and takes its time for it', async () => {
    const device = instrument();
    const lines = [
      ':FORM:ELEM CURR,TIME;:SYST:AZER:STAT OFF;:SENS:CURR:PROT 1e-3;NPLC 0.1',
      ':SOUR:VOLT:MODE LIST;:SOUR:LIST:VOLT 0.1,0.2,0.3;:SOUR:DEL 0.01;:TRIG:COUN 3',
      ':TRAC:CLE;:TRAC:POIN 3;:TRAC:FEED:CONT NEXT;:OUTP 1;:INIT;:TRAC:POIN:ACT?;:TRAC:DATA?',
    ];
    const [answer] = await said(device, lines);
    const [count, data] = answer.split(';');
    const numbers = data.split(',').map(Number);
    expect(count).toBe('3');
    for (const [k, volts] of [0.1, 0.2, 0.3].entries()) expect(numbers[2 * k]).toBeCloseTo(volts / 1e4, 7);
    // 10 ms of delay, 2 ms of integration and the measurement itself, a point.
    expect(numbers[3] - numbers[1]).toBeCloseTo(0.0125, 4);
    expect(device.terminals.seen().most_V).toBe(0.3);
  });

  it('forgets settings and switches off when its supply goes, and is deaf until it is up', async () => {
    const device = instrument();
    await said(device, [':SOUR:VOLT 0.2;:OUTP ON']);
    expect(device.terminals.output).toBe(true);
    device.powerCycle();
    expect(await said(device, [':OUTP?'], 0.5)).toEqual([]);
    await said(device, [], 3);
    expect(await said(device, [':OUTP?;:SOUR:VOLT?'])).toEqual(['0;+0.000000E+00']);
  });
});

describe('an emulated Keithley 2600', () => {
  const instrument = () => new Emulated2600({ clock: new SteppedClock(), cell: resistorPort(1e4) });

  it('runs scripts: several statements a line, loops, tables, buffers', async () => {
    const lines = [
      'smua.source.func = smua.OUTPUT_DCVOLTS smua.source.limiti = 1e-3 smua.measure.nplc = 0.01',
      'smua.nvbuffer1.clear() smua.nvbuffer2.clear() smua.source.output = 1',
      'for k, v in ipairs({0.1, -0.2}) do smua.source.levelv = v delay(0.01) smua.measure.iv(smua.nvbuffer1, smua.nvbuffer2) end smua.source.levelv = 0',
      'print(smua.nvbuffer1.n, smua.source.levelv, smua.source.compliance)',
      'printbuffer(1, smua.nvbuffer1.n, smua.nvbuffer1.readings, smua.nvbuffer2.readings)',
      'x = 0 for i = 1, 3 do x = x + i end print(x, "a", nil, not true)',
      'print(errorqueue.count)',
    ];
    const [state, buffer, sum, errors] = await said(instrument(), lines);
    expect(state).toBe('2.00000e+00\t0.00000e+00\tfalse');
    const [i0, v0, i1, v1] = buffer.split(', ').map(Number);
    expect([i0 * 1e4, v0, i1 * 1e4, v1].map((one) => Math.round(one * 1e3) / 1e3)).toEqual([
      0.1, 0.1, -0.2, -0.2,
    ]);
    expect(sum).toBe('6.00000e+00\ta\tnil\tfalse');
    expect(errors).toBe('0.00000e+00');
  });

  it('says what is wrong in its error queue and goes on', async () => {
    const lines = [
      'smua.source.levelv = ',
      'smua.nonsense.x = 1',
      'smua.source.levelv = 300',
      'print(1)',
      ...Array(4).fill('print(errorqueue.next())'),
    ];
    const [one, ...errors] = await said(instrument(), lines);
    expect(one).toBe('1.00000e+00');
    expect(errors.map((text) => text.split('\t')[0])).toEqual([
      '-2.85000e+02',
      '-2.86000e+02',
      '1.10200e+03',
      '0.00000e+00',
    ]);
    expect(errors[3]).toContain('Queue Is Empty');
  });

  it('breaks a script off when it is told to abort, and keeps its output as it is', async () => {
    const device = instrument();
    const lines = [
      'smua.source.limiti = 1 smua.source.output = 1 smua.source.levelv = 0.5 delay(100) smua.source.levelv = 5',
    ];
    await said(device, lines, 1);
    expect(await said(device, ['abort', 'print(smua.source.levelv, smua.source.output)'], 1)).toEqual([
      '5.00000e-01\t1.00000e+00',
    ]);
  });
});
