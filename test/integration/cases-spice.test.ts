import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// Decks drawn for these tests; right values from ngspice 39.3 and closed forms, in the expected.json beside them.
const cases = join(import.meta.dirname, '..', 'golden', 'cases', 'spice');
const expected = (folder: string) => JSON.parse(readFileSync(join(cases, folder, 'expected.json'), 'utf8'));

async function run(file: string, ...flags: string[]) {
  const { code, stdout, stderr } = await ohmprop([
    'circuit',
    'run',
    resolve(cases, file),
    '--json',
    ...flags,
  ]);
  return { code, stderr, answer: JSON.parse(stdout) };
}

/** A value by ngspice's name, `v(a)` or `i(v1)`. */
function valueIn(op: { voltages_V: object; currents_A: object }, name: string): number {
  const [, kind, inner] = /^([vi])\((.*)\)$/.exec(name)!;
  return (kind === 'v' ? op.voltages_V : op.currents_A)[inner as never];
}

function near(got: number, wanted: number, relative: number, absolute = 1e-9): void {
  expect(Math.abs(got - wanted), `${got} for ${wanted}`).toBeLessThanOrEqual(
    relative * Math.abs(wanted) + absolute,
  );
}

describe('wrong answers that once were', () => {
  const { decks } = expected('wrong-answers');
  it.each(Object.keys(decks))('%s', async (deck) => {
    const { code, answer } = await run(`wrong-answers/${deck}`);
    expect(code).toBe(0);
    for (const [name, value] of Object.entries<number>(decks[deck].right)) {
      near(valueIn(answer.op, name), value, 1e-7);
    }
  });

  it('mil: a thousandth of an inch is none in braces, and that is said', async () => {
    expect((await run('wrong-answers/mil.cir')).stderr).toMatch(/mil\.cir:2:.*no thousandth of an inch/);
  });
});

describe('what ngspice takes', () => {
  const { decks } = expected('refused-today');
  it.each(Object.keys(decks).filter((deck) => deck !== 'dc-temp.cir'))('%s', async (deck) => {
    const { code, stderr, answer } = await run(`refused-today/${deck}`);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    for (const [name, value] of Object.entries(decks[deck])) {
      if (typeof value === 'number') near(valueIn(answer.op, name), value, 1e-9);
    }
  });

  it('dc-temp.cir: a sweep of the temperature', async () => {
    const { code, stderr, answer } = await run('refused-today/dc-temp.cir');
    expect(code, stderr).toBe(0);
    const currents = answer.steps.map(({ op }: { op: { currents_A: { v1: number } } }) => op.currents_A.v1);
    decks['dc-temp.cir']['i(v1)'].forEach((value: number, k: number) => {
      near(currents[k], value, 1e-9, 0);
    });
  });

  it('an analysis beside an operating point is left out with a warning, in the JSON too', async () => {
    const { stderr, answer } = await run('refused-today/op-and-ac.cir');
    expect(stderr).toMatch(/op-and-ac\.cir:6:1: \.ac is not carried out/);
    expect(answer.warnings[0].message).toMatch(/\.ac is not carried out/);
  });
});

describe('numbered cases', () => {
  it('6: braces inside quotes, .csparam, a state that moves above a threshold', async () => {
    const { cell, braces } = expected('06-threshold-transient');
    const resting = await run('06-threshold-transient/braces.cir');
    near(valueIn(resting.answer.op, 'v(b)'), braces['v(b)'], 0, braces.tolerance_V);
    const text = readFileSync(join(cases, '06-threshold-transient', 'cell.cir'), 'utf8');
    const exact = join(scratch(), 'cell.cir');
    writeFileSync(exact, text.replace('.tran', '.options reltol=1e-7\n.tran'));
    const { code, stderr, answer } = await run(exact);
    expect([code, stderr]).toEqual([0, '']);
    const { time_s, voltages_V } = answer.transient[0];
    for (const [node, values] of Object.entries<Record<string, number>>(cell.resistance_node_V)) {
      for (const [time, value] of Object.entries(values)) {
        const at = time_s.findIndex((t: number) => Math.abs(t - Number(time)) < 1e-15);
        near(voltages_V[node][at], value, node === 'xstop.q' ? 1e-3 : 1e-5);
      }
    }
  });

  it('10: two cells of a transistor and a resistor', async () => {
    const wanted = expected('10-1t1r');
    const { answer } = await run('10-1t1r/pair.cir');
    for (const name of ['i(va)', 'i(vb)']) near(valueIn(answer.op, name), wanted[`${name}_A`], 1e-6, 0);
  });

  it('11: parameters of nested calls; a misspelt one is warned of', async () => {
    const wanted = expected('11-rectifying-column');
    for (const deck of ['column.cir', 'misspelt.cir']) {
      const { answer, stderr } = await run(`11-rectifying-column/${deck}`);
      near(valueIn(answer.op, 'i(vsense)'), wanted[deck]['i(vsense)_A'], 1e-6, 0);
      if (deck === 'column.cir') expect(stderr).toBe('');
      else expect(stderr).toMatch(/misspelt\.cir:10:\d+: rcell has no parameter men; did you mean mem\?/);
    }
  });

  it('12: a port that knows its own current', async () => {
    const { answer } = await run('12-own-current/cell.cir');
    expected('12-own-current').points.forEach(({ i_vin_A }: { i_vin_A: number }, k: number) => {
      near(answer.dc[0].currents_A.vin[k], i_vin_A, 1e-9, 0);
    });
  });

  it('14: a remark after a star is refused with the way it is written', async () => {
    const { code, stderr } = await run('14-star-comment/read.sp');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/read\.sp:2:19: .*a remark after a card starts with ";"/),
    ]);
    const { answer } = await run('14-star-comment/read-fixed.sp');
    near(valueIn(answer.op, 'i(vc)'), 4e-6, 1e-9, 0);
    near(valueIn(answer.op, 'i(vd)'), 2.6e-6, 1e-9, 0);
  });

  it('15: a library of LTspice as it comes, and by name', async () => {
    const wanted = expected('15-ltspice-idioms');
    for (const flags of [[], ['--dialect', 'ltspice']]) {
      for (const deck of ['params.cir', 'functions.cir', 'folded.cir']) {
        const { code, stderr, answer } = await run(`15-ltspice-idioms/${deck}`, ...flags);
        expect(code, stderr).toBe(0);
        if (flags.length > 0) expect(stderr).toBe('');
        else expect(stderr).toMatch(/read as ltspice's, because of .*--dialect/);
        for (const [name, value] of Object.entries(wanted[deck])) {
          if (typeof value === 'number' && !name.startsWith('tolerance')) {
            near(valueIn(answer.op, name.replace('_A', '')), value, 1e-6);
          }
        }
      }
    }
    const { answer } = await run('15-ltspice-idioms/start.cir');
    const { time_s, voltages_V } = answer.transient[0];
    for (const [time, value] of Object.entries<number>(wanted['start.cir']['v(s)'])) {
      const at = time_s.findIndex((t: number) => Math.abs(t - Number(time)) < 1e-12);
      near(voltages_V.s[at], value, 0, 1e-5);
    }
  });

  it.each([
    ['09-xyce-y-card/y.cir', /y\.cir:3:1: ymemristor: a Y device of Xyce .*cell list/],
    ['19-code-model/m.cir', /m\.cir:3:1: am: an XSPICE code model is not supported/],
    [
      '20-compiled-model/n.cir',
      /n\.cir:4:1: n1: a compiled device model \(OSDI, Verilog-A\) cannot be loaded/,
    ],
    ['20-compiled-model/hdl.sp', /hdl\.sp:2:1: \.hdl: a compiled or Verilog-A model cannot be loaded/],
  ])('9, 19, 20: %s is refused without sending people to ngspice', async (deck, message) => {
    const { code, stderr } = await run(deck);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/--engine/);
  });

  it('22: a step into an RC', async () => {
    const wanted = expected('22-transient-silent');
    const { answer } = await run('22-transient-silent/rc.cir');
    near(answer.transient[0].measured.v100, wanted['v(out)_at_100us'], 1e-4);
    near(answer.transient[0].measured.t50, wanted.t50_s, 1e-4);
  });
});
