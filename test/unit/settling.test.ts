import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { Netlist, pulse } from '../../circuits/netlist/index.js';
import { HopfieldParameters } from '../../solver/hopfield/index.js';
import { LayeredDevice, LayeredParameters } from '../../solver/layered/index.js';
import {
  type Flow,
  layeredFlow,
  restOf,
  settleCircuit,
  settleFlow,
  settleHopfield,
} from '../../solver/settling/index.js';

const share = { within: { share: 0.01 }, longest_s: Number.POSITIVE_INFINITY };

/** A network whose conductances and inputs are drawn, in units of 1 µS and 1 mV. */
function drawn(hidden: number[], seed: number, beta?: number, driver_ohm?: number) {
  const network = layeredNetwork({ inputs: 3, hidden, outputs: 2, inputGain: 10 });
  const device = new LayeredDevice(network, { seed });
  const inputs = Float64Array.of(1e-3, -0.4e-3, 0.7e-3);
  const nudge = beta && { kind: 'conductance' as const, beta, targets: Float64Array.of(1e-3, 0) };
  const load = { capacitance_F: 1e-12, ...(driver_ohm === undefined ? {} : { driver_ohm }) };
  const flow = device
    .readParameters()
    .then((values) => layeredFlow(LayeredParameters.of(network, values), inputs, nudge || undefined, load));
  return { device, inputs, flow };
}

/** exp(A·t)·x of a small matrix, by halving t until the series is short, and squaring back. */
function expm(a: readonly number[][], t: number, x: readonly number[]): number[] {
  const n = x.length;
  const times = (p: number[][], q: number[][]) =>
    p.map((row) => q[0].map((_, j) => row.reduce((sum, value, k) => sum + value * q[k][j], 0)));
  const norm = Math.max(...a.map((row) => row.reduce((sum, value) => sum + Math.abs(value * t), 0)));
  const halvings = Math.max(0, Math.ceil(Math.log2(norm)) + 4);
  const small = a.map((row) => row.map((value) => (value * t) / 2 ** halvings));
  const one: number[][] = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
  let [sum, term] = [one, one];
  for (let k = 1; k < 14; k++) {
    term = times(term, small).map((row) => row.map((value) => value / k));
    sum = sum.map((row, i) => row.map((value, j) => value + term[i][j]));
  }
  for (let k = 0; k < halvings; k++) sum = times(sum, sum);
  return Array.from({ length: n }, (_, i) => sum[i].reduce((total, value, j) => total + value * x[j], 0));
}

/** The matrix of a flow without diodes: dv/dt = A·v + I/C. */
function matrixOf({ sizes, couplings_S, conductances_S, capacitances_F }: Flow): number[][] {
  const n = conductances_S.length;
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => (i === j ? -conductances_S[i] : 0)),
  );
  let from = 0;
  couplings_S.forEach((coupling, l) => {
    for (let i = 0; i < sizes[l]; i++) {
      for (let j = 0; j < sizes[l + 1]; j++) {
        a[from + i][from + sizes[l] + j] += coupling[i * sizes[l + 1] + j];
        a[from + sizes[l] + j][from + i] += coupling[i * sizes[l + 1] + j];
      }
    }
    from += sizes[l];
  });
  return a.map((row, i) => row.map((value) => value / capacitances_F[i]));
}

describe('a network of capacitances', () => {
  it('of one node: settles in RC ln 100, with the energy of the closed form', async () => {
    const network = layeredNetwork({ inputs: 1, hidden: [], outputs: 1, inputGain: 2 });
    const parameters = LayeredParameters.of(network, {
      g1: Float64Array.of(3e-6, 1e-6),
      b1: Float64Array.of(1e-9),
    });
    const [x, c] = [2e-3, 1e-12];
    const flow = layeredFlow(parameters, Float64Array.of(x), undefined, { capacitance_F: c });
    const { settling_s, energy, status, restPower_W } = await settleFlow(flow, new Float64Array(1), 1, share);
    const [source, d] = [2 * x, 4e-6];
    const tau = c / d;
    const rest = (source * 2e-6 + 1e-9) / d;
    expect(status).toBe('settled');
    expect(settling_s / (tau * Math.log(100))).toBeCloseTo(1, 4);
    // ∫ (V²·g − V·(g₁ − g₂)·v) dt of inputs, ∫ b·v dt of the bias.
    const charge = rest * (settling_s - tau * 0.99);
    expect(energy.inputs_J / (source ** 2 * d * settling_s - source * 2e-6 * charge)).toBeCloseTo(1, 6);
    expect(energy.biases_J / (1e-9 * charge)).toBeCloseTo(1, 6);
    expect(energy.stored_J / (0.5 * c * (0.99 * rest) ** 2)).toBeCloseTo(1, 6);
    expect(restPower_W / (source ** 2 * d - source * 2e-6 * rest + 1e-9 * rest)).toBeCloseTo(1, 3);
  });

  it.each([undefined, 1e3, 1e6])(
    'without diodes, drivers of %s Ω: as the matrix exponential has it',
    async (ohm) => {
      const flow = { ...(await drawn([4, 3], 5, undefined, ohm).flow) };
      flow.sides.fill(0);
      const n = flow.sides.length;
      const rest = [...(restOf(flow, new Float64Array(n)) as Float64Array)];
      const a = matrixOf(flow);
      const off = (t: number, from: number) =>
        Math.max(
          ...expm(
            a,
            t,
            rest.map((v) => -v),
          )
            .map(Math.abs)
            .slice(from),
        );
      const settled = await settleFlow(flow, new Float64Array(n), 2, share);
      // Bars: 2 % and 1 %.
      expect(off(settled.outputSettling_s, n - 2) / settled.outputTolerance_V).toBeCloseTo(1, 3);
      const all = off(settled.settling_s, 0) / settled.tolerance_V;
      expect(
        settled.settling_s > settled.outputSettling_s ? Math.abs(all - 1) : Math.max(0, all - 1),
      ).toBeLessThan(1e-3);
      // Delivered: ∫ (P₀ − I·v) dt by Simpson's rule on the exact voltages, early moments more finely.
      const steps = 200;
      let delivered = 0;
      for (let k = 0; k <= steps; k++) {
        const u = k / steps;
        const weight = (k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) / (3 * steps);
        const v = expm(
          a,
          settled.settling_s * u ** 3,
          rest.map((value) => -value),
        );
        const into = v.reduce((sum, d, n) => sum + flow.supply.inputs_A[n] * (rest[n] + d), 0);
        delivered += 3 * u ** 2 * settled.settling_s * weight * (flow.supply.inputsAtRest_W - into);
      }
      expect(settled.energy.inputs_J / delivered).toBeCloseTo(1, 3);
      expect(Math.abs(settled.energy.imbalance)).toBeLessThan(1e-6);
    },
  );

  it.each([0, 1e-6, -0.3e-6])(
    'with diodes, nudged by %s S: as short steps of Euler have it',
    async (beta) => {
      const flow = await drawn([6, 4], 3, beta).flow;
      const n = flow.sides.length;
      const settled = await settleFlow(flow, new Float64Array(n), 2, share);
      // Explicit Euler, kept on the diodes' side; and once more with half the step, to see what is left.
      const euler = (step: number) => {
        const a = matrixOf(flow);
        let v = new Array<number>(n).fill(0);
        let last = 0;
        let [delivered, until] = [0, 0];
        for (let k = 1; k * step < 1.2 * settled.settling_s; k++) {
          delivered +=
            (flow.supply.inputsAtRest_W - v.reduce((sum, at, i) => sum + flow.supply.inputs_A[i] * at, 0)) *
            step;
          const next = v.map((at, i) => {
            const slope = a[i].reduce(
              (sum, value, j) => sum + value * v[j],
              flow.currents_A[i] / flow.capacitances_F[i],
            );
            const free = at + step * slope;
            return flow.sides[i] === 0 ? free : flow.sides[i] * Math.max(0, flow.sides[i] * free);
          });
          v = next;
          const off = v.map((at, i) => Math.abs(at - settled.rest_V[i]));
          if (
            Math.max(...off) > settled.tolerance_V ||
            Math.max(...off.slice(n - 2)) > settled.outputTolerance_V
          ) {
            [last, until] = [k * step, delivered];
          }
        }
        return { last, until };
      };
      const fastest = Math.min(...Array.from(flow.capacitances_F, (c, k) => c / flow.conductances_S[k]));
      const exact = euler(fastest / 400);
      expect(Math.abs(settled.settling_s / exact.last - 1)).toBeLessThan(2e-3);
      expect(Math.abs(settled.energy.inputs_J / exact.until - 1)).toBeLessThan(2e-3);
      expect(settled.turns).toBeGreaterThanOrEqual(0);
    },
  );

  it('comes to rest where the device settles, and takes the power that it says', async () => {
    const { device, inputs, flow } = drawn([8, 6], 7);
    const settled = await settleFlow(await flow, new Float64Array(16), 2, share);
    const free = await device.settle(
      { batch: 1, inputs },
      { stop: { tolerance: 1e-13, maxIterations: 2000 } },
    );
    const rest = [0, 1, 2].flatMap((l) => [...free.layer(l)]);
    for (const [k, v] of rest.entries()) expect(settled.rest_V[k]).toBeCloseTo(v, 12);
    const later = await settleFlow(await flow, settled.rest_V, 2, share);
    expect(later).toMatchObject({ settling_s: 0, status: 'settled' });
    expect(later.restPower_W / free.power_W()[0]).toBeCloseTo(1, 9);
  });

  it('closes its energy balance to 1e-6 and never leaves the diodes’ side', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
        fc.constantFrom(undefined, 100, 1e5, 1e7),
        fc.constantFrom(0, 1e-7, 1e-5),
        async (seed, hidden, ohm, beta) => {
          const flow = await drawn(hidden, seed, beta, ohm).flow;
          const start = new Float64Array(flow.sides.length);
          let worst = 0;
          let moved = 0;
          const { status, energy, settling_s } = await settleFlow(flow, start, 2, {
            ...share,
            watch: (_, v) => {
              for (const [k, at] of v.entries()) {
                worst = Math.min(worst, flow.sides[k] * at);
                moved = Math.max(moved, Math.abs(at));
              }
            },
          });
          expect(worst).toBeGreaterThan(-1e-12);
          if (status === 'not-passive') return;
          // a network whose diodes hold every node where it began has settled at once
          if (moved > 0) expect(settling_s).toBeGreaterThan(0);
          else expect(settling_s).toBe(0);
          expect(Math.abs(energy.imbalance)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says so where there is no rest: a nudge beyond what the network bears', async () => {
    const flow = await drawn([4], 1, -1).flow;
    expect((await settleFlow(flow, new Float64Array(6), 2, share)).status).toBe('not-passive');
  });

  it('says so where time runs out, and where somebody interrupts', async () => {
    const flow = await drawn([4], 1).flow;
    const start = new Float64Array(6);
    expect(await settleFlow(flow, start, 2, { ...share, longest_s: 1e-9 })).toMatchObject({
      status: 'stopped-early',
      followed_s: 1e-9,
    });
    const { status } = await settleFlow(flow, start, 2, { ...share, signal: AbortSignal.abort() });
    expect(status).toBe('aborted');
  });

  it('settles to a voltage where one is asked for', async () => {
    const flow = await drawn([4], 1).flow;
    const settled = await settleFlow(flow, new Float64Array(6), 2, { ...share, within: { voltage_V: 1 } });
    expect(settled.settling_s).toBe(0);
    expect(settled.tolerance_V).toBe(1);
  });
});

describe('leaky integrators', () => {
  const network = hopfieldNetwork({ inputs: 1, hidden: [], outputs: 1 });
  const parameters = HopfieldParameters.of(network, { w1: Float64Array.of(0.5), b1: Float64Array.of(0.1) });
  const start = [new Float64Array(1)];
  const options = { within: { share: 0.01 }, longest: 1000 };

  it('of one unit: settle in ln 100 time constants, by short Euler steps', async () => {
    const settle = (epsilon: number) =>
      settleHopfield(parameters, Float64Array.of(1), start, undefined, { ...options, epsilon });
    expect((await settle(1e-3)).settling).toBeCloseTo(Math.log(100), 2);
    // (1 − ε)^k: after six steps of a half 1/64 are left, after seven 1/128.
    const coarse = await settle(0.5);
    expect(coarse.settling).toBeGreaterThan(3);
    expect(coarse.settling).toBeLessThan(3.5);
    expect(coarse.rest[0][0]).toBeCloseTo(0.6, 8);
  });

  it('nudged by +β: leak and pull of the paper’s force', async () => {
    const nudge = { kind: 'current' as const, beta: 1, targets: Float64Array.of(1) };
    const { settling, rest } = await settleHopfield(
      parameters,
      Float64Array.of(1),
      [Float64Array.of(0.6)],
      nudge,
      {
        ...options,
        epsilon: 1e-3,
      },
    );
    // ds/dt = 0.6 + 1 − 2 s
    expect(rest[0][0]).toBeCloseTo(0.8, 8);
    expect(settling).toBeCloseTo(Math.log(100) / 2, 2);
  });

  it('rest where their own activation says', async () => {
    const smooth = hopfieldNetwork({ inputs: 1, hidden: [], outputs: 1, activation: { kind: 'tanh' } });
    const own = HopfieldParameters.of(smooth, { w1: Float64Array.of(0.5), b1: Float64Array.of(0.1) });
    const { rest } = await settleHopfield(own, Float64Array.of(1), start, undefined, {
      ...options,
      epsilon: 0.5,
    });
    expect(rest[0][0]).toBeCloseTo(Math.tanh(0.6), 8);
  });

  it('say so where they do not come to rest', async () => {
    const { status, followed } = await settleHopfield(parameters, Float64Array.of(1), start, undefined, {
      ...options,
      epsilon: 0.5,
      longest: 2,
    });
    expect({ status, followed }).toEqual({ status: 'stopped-early', followed: 2 });
  });
});

describe('a circuit', () => {
  const rc = () => new Netlist('rc').voltage('v1', 'in', '0', 2).resistor('r1', 'in', 'out', 1e3);
  const options = { within: { share: 0.01 }, longest_s: 1 };

  it('of R and C: settles in RC ln 100, and its source delivers C·V²·0.99', async () => {
    const settled = await settleCircuit(rc(), { ...options, capacitance_F: 1e-9 });
    expect(settled?.nodes).toEqual(['out']);
    expect((settled?.settling_s as number) / (1e-6 * Math.log(100))).toBeCloseTo(1, 4);
    expect((settled?.delivered_J as number) / (1e-9 * 4 * 0.99)).toBeCloseTo(1, 4);
    expect(settled?.restPower_W).toBeCloseTo(0, 9);
  });

  it('fed by a current: the same by the other source', async () => {
    const circuit = new Netlist('current').current('i1', '0', 'out', 1e-3).resistor('r1', 'out', '0', 1e3);
    const settled = await settleCircuit(circuit, { ...options, capacitance_F: 1e-9 });
    const [time, tau] = [settled?.settling_s as number, 1e-6];
    expect(time / (tau * Math.log(100))).toBeCloseTo(1, 4);
    expect((settled?.delivered_J as number) / (1e-3 * (time - 0.99 * tau))).toBeCloseTo(1, 4);
    expect(settled?.restPower_W).toBeCloseTo(1e-3, 9);
  });

  it('with a diode: as the ideal one where that is steep', async () => {
    const { flow } = drawn([4], 2);
    const layered = await flow;
    const settled = await settleFlow(layered, new Float64Array(6), 2, share);
    const network = layeredNetwork({ inputs: 3, hidden: [4], outputs: 2, inputGain: 10 });
    const { layeredNetlist } = await import('../../circuits/netlist/index.js');
    const parameters = await new LayeredDevice(network, { seed: 2 }).readParameters();
    const operation = { parameters, inputs_V: [1e-3, -0.4e-3, 0.7e-3], diodeDrop: 1e-5 };
    const nodes = ['h1_0', 'h1_1', 'h1_2', 'h1_3', 'o0', 'o1'];
    const circuit = await settleCircuit(layeredNetlist(network, operation, 'steep'), {
      within: { voltage_V: settled.outputTolerance_V },
      longest_s: 1,
      capacitance_F: 1e-12,
      nodes: nodes.slice(4),
    });
    expect((circuit?.settling_s as number) / settled.outputSettling_s).toBeCloseTo(1, 2);
  });

  it('says what to change where it cannot settle', async () => {
    const alone = settleCircuit(rc(), options);
    await expect(alone).rejects.toThrow(/--node-capacitance/);
    const load = { ...options, capacitance_F: 1e-9 };
    await expect(settleCircuit(rc(), { ...load, nodes: ['nil'] })).rejects.toThrow(
      /no such node; there are in, out/,
    );
    await expect(settleCircuit(rc(), { ...load, longest_s: 1e-7 })).rejects.toThrow(
      /not settled after 100 ns were simulated: node out/,
    );
    const moving = rc()
      .voltage('v2', 'x', '0', pulse(0, 1, 0, 1e-9, 1e-9, 1e-6, 2e-6))
      .resistor('r2', 'x', '0', 1);
    await expect(settleCircuit(moving, load)).rejects.toThrow(/v2 changes with time.*DC/);
    const held = new Netlist('held')
      .voltage('v1', 'in', '0', 1)
      .resistor('r1', 'in', '0', 1)
      .capacitor('c1', 'in', '0', 1);
    await expect(settleCircuit(held, options)).rejects.toThrow(/held by a source/);
  });

  it('is not called settled while it rests only for now', async () => {
    const within = { voltage_V: 1e-3 };
    // A tank rings from 0 V around 0 V: to 1 mV off R·√(C/L)·… in 2·R·C·ln(V/1 mV), V = (1 V/R)·√(L/C).
    const tank = rc().capacitor('c1', 'out', '0', 1e-9).inductor('l1', 'out', '0', 1e-6);
    const rings = await settleCircuit(tank, { ...options, within });
    const last_s = 2e-6 * Math.log(2e-3 * Math.sqrt(1e3) * 1e3);
    expect(Math.abs((rings?.settling_s as number) - last_s)).toBeLessThan(2e-7);
    // A node behind a capacitance of its own begins at its rest, and is moved once the stage before it moves.
    const behind = rc()
      .capacitor('c1', 'out', '0', 1e-9)
      .voltageControlledVoltage('e1', 'copy', '0', 'out', '0', 1)
      .capacitor('c2', 'copy', 'late', 1e-6)
      .resistor('r2', 'late', '0', 1e3);
    const late = await settleCircuit(behind, { ...options, within, nodes: ['late'] });
    expect((late?.settling_s as number) / (1e-3 * Math.log(2000))).toBeCloseTo(1, 2);
  });

  it('with a part that takes longer than is followed says so, though the nodes asked for stand still', async () => {
    const slow = rc()
      .capacitor('c1', 'out', '0', 1e-9)
      .resistor('r2', 'out', 'slow', 1e6)
      .capacitor('c2', 'slow', '0', 1e-6);
    const asked = { ...options, nodes: ['out'] };
    await expect(settleCircuit(slow, asked)).rejects.toThrow(
      /slow is .* from its rest and may move.*--longest/,
    );
    const settled = await settleCircuit(slow, { ...asked, longest_s: 10 });
    // It takes a thousandth off until it is charged itself.
    expect(settled?.settling_s).toBeCloseTo(1e-6 * Math.log(1.998 / 0.018), 7);
  });

  it('is told from one that rests elsewhere by another operating point, not by how slow it is', async () => {
    const slow = settleCircuit(rc(), { ...options, capacitance_F: 1e-9, longest_s: 1e-9 });
    await expect(slow).rejects.toThrow(/goes on moving/);
  });

  it('that does not change has no share of its change to be within', async () => {
    const tank = rc().capacitor('c1', 'out', '0', 1e-9).inductor('l1', 'out', '0', 1e-6);
    await expect(settleCircuit(tank, options)).rejects.toThrow(/too near to tell.*--lsb/);
    const fine = { ...options, within: { share: 1e-15 }, capacitance_F: 1e-9 };
    await expect(settleCircuit(rc(), fine)).rejects.toThrow(/too near to tell/);
    const still = new Netlist('still').voltage('v1', 'in', '0', 0).resistor('r1', 'in', 'out', 1e3);
    const settled = await settleCircuit(still, { ...options, capacitance_F: 1e-9 });
    expect([settled?.settling_s, settled?.delivered_J]).toEqual([0, 0]);
  });

  it('counts a node once, and none that a source holds', async () => {
    const load = { ...options, capacitance_F: 1e-9 };
    expect((await settleCircuit(rc(), { ...load, nodes: ['out', 'OUT'] }))?.nodes).toEqual(['out']);
    await expect(settleCircuit(rc(), { ...load, nodes: ['in'] })).rejects.toThrow(
      /a source holds this node.*out/,
    );
    const held = new Netlist('held').voltage('v1', 'in', '0', 1).resistor('r1', 'in', '0', 1);
    await expect(settleCircuit(held, load)).rejects.toThrow(/every node .* is held by a source/);
  });

  it('that has several rests says which one it found', async () => {
    // A latch of two steep gains: its operating point in the middle is no stable one.
    const latch = new Netlist('latch').voltage('vs', 's', '0', 1).resistor('rs', 's', 'a', 1e6);
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      latch.controlledCurrent(`g${to}`, to, '0', [{ plus: from, minus: '0' }], {
        linear: false,
        evaluate: (v: Float64Array, partials: Float64Array) => {
          partials[0] = 1e-2 / Math.cosh(10 * v[0]) ** 2;
          return 1e-3 * Math.tanh(10 * v[0]);
        },
        text: () => '',
      });
      latch.resistor(`r${to}`, to, '0', 1e3);
    }
    await expect(settleCircuit(latch, { ...options, capacitance_F: 1e-12, longest_s: 1e-3 })).rejects.toThrow(
      /not settled after .*(rests at|goes on moving)/,
    );
  });
});
