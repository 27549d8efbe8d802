import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSpiceFile } from '../../circuits/spice/index.js';
import { measure, solveTransient } from '../../solver/time/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const deck = `mixed
.param r=1k
.subckt cell a b params: g=1
.model d d(is=1e-14 cjo=1p tt=5n rs=2)
D1 a b d
R1 a b {r*g}
.ends
V1 in 0 PULSE(0 1 0 1n 1n 1u 2u)
X1 in o cell g=2
C1 o 0 1n
B1 q 0 V=idt(V(o),0.1u)*1meg+0.1u*ddt(V(o))
R3 q 0 1
.model n nmos(vto=0.5 kp=100u)
Rd q d 1k
M1 d in 0 0 n
L1 o z 1u
L2 z y 1u
Ry y 0 10
K1 L1 L2 0.5
.ic v(o)=0.1
.nodeset v(q)=0
.step param r list 1k 2k
.options reltol=1e-5
.tran 10n 4u
.meas tran top MAX v(o)
.meas tran w TRIG v(o) VAL=1m RISE=1 TARG v(o) VAL=1m FALL=LAST
.meas tran f FIND v(q) AT=3u
.meas tran mean AVG v(q) FROM=1u TO=2u
.end
`;

async function measured(file: string): Promise<(number | undefined)[]> {
  const circuit = readSpiceFile(file);
  const { transient, tolerances, initialVoltages_V, measures } = circuit.analyses;
  const { status, value } = await solveTransient(circuit, transient[0], { ...tolerances, initialVoltages_V });
  expect(status).toBe('completed');
  return measure(value, measures).map((one) => one.value);
}

it('writes any SPICE file flat, with its analyses, so that it gives the same', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, 'a.cir'), deck);
  const { code, stdout, stderr } = await ohmprop(['circuit', 'export', 'a.cir', '-o', 'b.cir'], { cwd });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^14 elements, 8 nodes/)]);
  expect(stderr).toMatch(/a\.cir:22:1: written for the first values of \.step: r = 1000/);
  const text = readFileSync(join(cwd, 'b.cir'), 'utf8');
  expect(text).not.toMatch(/subckt|param|\{|ddt\(|idt\(/);
  expect(text).toMatch(/^\.ic v\(o\)=0\.1 v\(b1_idt\)=1e-7$/m);
  const [before, after] = [await measured(join(cwd, 'a.cir')), await measured(join(cwd, 'b.cir'))];
  expect(before).toHaveLength(4);
  before.forEach((value, k) => {
    expect(value).toBeDefined();
    expect(Math.abs((after[k] ?? 0) / (value ?? 1) - 1)).toBeLessThan(1e-3);
  });
});

it('refuses what belongs to presets and runs', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, 'a.cir'), deck);
  const { code, stderr } = await ohmprop(['circuit', 'export', 'a.cir', '--sample', '2'], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--set and --sample are for presets and runs/)]);
});
