import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import {
  agAsiJo,
  fitLabel,
  hfo2Gong,
  linearCells,
  measuredCell,
  pulsePreset,
  pulsePresets,
  pulsesEndToEnd,
  pulseTrain,
  symmetryPoint,
  withRange,
} from '../../devices/cells/pulse/index.js';

describe('published cells', () => {
  it('are named material-author and give their paper', () => {
    for (const { name, source } of pulsePresets) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(source.length).toBeGreaterThan(10);
    }
    expect(new Set(pulsePresets.map((p) => p.name)).size).toBe(pulsePresets.length);
  });

  it('Ag:a-Si takes 97 pulses up and 100 down, between 3.08 and 38.46 nS', () => {
    expect(pulsesEndToEnd(agAsiJo.potentiation, true)).toBe(97);
    expect(pulsesEndToEnd(agAsiJo.depression, false)).toBe(100);
    expect(agAsiJo.g_max_S / agAsiJo.g_min_S).toBeCloseTo(12.5, 3);
    expect(fitLabel(pulseTrain(agAsiJo.depression, 1, 100), 'fixed').label).toBeCloseTo(-4.88, 3);
  });

  it('an end that soft bounds only approach counts at 99 % of the way', () => {
    // (1 − ρ)^n = 0.01 with ρ = 0.002/1.25 and 0.002/0.75
    const cell = pulsePreset('hfo2-gong-soft-bounds');
    expect(pulsesEndToEnd(cell.potentiation, true)).toBe(Math.ceil(Math.log(0.01) / Math.log(1 - 0.0016)));
    expect(pulsesEndToEnd(cell.depression, false)).toBe(
      Math.ceil(Math.log(0.01) / Math.log(1 - 0.002 / 0.75)),
    );
  });

  it('HfO2 of Gong follows the noise-free trace of the public simulator', () => {
    // aihwkit ReRamES, noise off, states after 0, 200, 400, 600 and 800 pulses
    const up = [-1, -0.5462527881634026, -0.2075509526697173, 0.09335645819801018, 0.3782193792719194];
    const down = [1, 0.09812712756464978, -0.263975920173926, -0.5375493500317163, -0.7763442560481996];
    for (const [i, pulses] of [0, 200, 400, 600, 800].entries()) {
      expect(2 * hfo2Gong.potentiation.after(0, pulses) - 1).toBeCloseTo(up[i], 9);
      expect(2 * hfo2Gong.depression.after(1, pulses) - 1).toBeCloseTo(down[i], 9);
    }
  });

  it('the soft-bounds symmetry point is (su − sd)/(su/high − sd/low)', () => {
    const w = symmetryPoint(pulsePreset('hfo2-gong-soft-bounds'));
    expect(w).toBeCloseTo(0.75 / 2, 9);
    expect(symmetryPoint(linearCells(100, 10))).toBe('everywhere');
    const locked = (w: number) => w * (1 - w);
    const uneven = {
      potentiation: { step: locked },
      depression: { step: (w: number) => -locked(w) * (w + 0.7) },
    };
    expect(symmetryPoint(uneven)).toBeCloseTo(0.3, 9);
    expect(
      symmetryPoint({ potentiation: { step: () => 0.1 }, depression: { step: () => -0.2 } }),
    ).toBeUndefined();
  });

  it('an unknown name proposes the nearest one', () => {
    expect(() => pulsePreset('ag-asi-jp')).toThrow(/did you mean ag-asi-jo/);
  });

  it('a range the wrong way round names the field', () => {
    expect(() => withRange(agAsiJo, 2e-6, 1e-6)).toThrow(/g_min_S 0.000002 and g_max_S 0.000001/);
  });
});

describe('a cell of measured trains', () => {
  it('recovers the steps of a noisy train', () => {
    const noise = new RandomStream(3, 'train');
    const toS = (w: number) => 1e-6 + 9e-6 * w + 5e-8 * noise.normal();
    const truth = agAsiJo;
    const up = [...pulseTrain(truth.potentiation, 0, 97)].map(toS);
    const down = [...pulseTrain(truth.depression, 1, 100)].map(toS);
    const cell = measuredCell('measured', up, down);
    expect(cell.g_max_S).toBeLessThan(10.3e-6);
    expect(cell.g_min_S).toBeGreaterThan(0.7e-6);
    for (const pulses of [20, 50, 90]) {
      expect(cell.potentiation.after(0, pulses)).toBeCloseTo(truth.potentiation.after(0, pulses), 1);
      expect(cell.depression.after(1, pulses)).toBeCloseTo(truth.depression.after(1, pulses), 1);
    }
  });

  it('says so when the columns are swapped', () => {
    const train = pulseTrain(agAsiJo.potentiation, 0, 60);
    expect(() => measuredCell('x', [...train].reverse(), train)).toThrow(/columns swapped/);
  });
});
