import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPlanLimits,
  checkPulse,
  checkRead,
  type Limits,
  limitsText,
  narrowLimits,
  type Permit,
  PulseCounts,
  provePolarity,
  readLimitsText,
  requireCurrentLimit,
  requireLimits,
} from '../../devices/limits/index.js';

const limits: Limits = {
  maxVoltage_V: 1.5,
  compliance_A: 1e-4,
  maxWidth_s: 1e-3,
  maxPulses: 50,
  formed_V: 1.2,
};
const permit: Permit = { limits, forming: false, noCurrentLimit: false };
const code = (action: () => unknown): string => {
  try {
    action();
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('limits', () => {
  it('are said in full by a file or by four flags; nothing has a default', () => {
    expect(code(() => requireLimits('instrument pulse', {}))).toBe('limits.missing');
    for (const key of ['maxVoltage_V', 'compliance_A', 'maxWidth_s', 'maxPulses'] as const) {
      const { [key]: _, ...rest } = limits;
      expect(() => requireLimits('instrument pulse', { flags: rest }), key).toThrow(
        /not said; limits have no defaults/,
      );
      expect(
        code(() => readLimitsText(`kind: limits\n${lines(rest)}`, 'a.yaml')),
        key,
      ).toBe('limits.missing');
    }
    expect(requireLimits('instrument pulse', { flags: limits }).limits).toEqual(limits);
  });

  it('are narrowed by flags beside a file, and never widened', () => {
    const flags = { maxVoltage_V: 1.3, maxPulses: 1000 };
    const { limits: both } = requireLimits('instrument pulse', { file: limits, flags });
    expect([both.maxVoltage_V, both.maxPulses]).toEqual([1.3, 50]);
    fc.assert(
      fc.property(fc.record({ maxVoltage_V: fc.double({ min: 1e-3, max: 1e3, noNaN: true }) }), (by) => {
        return narrowLimits(limits, by).maxVoltage_V <= limits.maxVoltage_V;
      }),
    );
  });

  it('are read from a file, units and all, and come back from the file that is written', () => {
    const text =
      'kind: limits\nformat: 1\nmaxVoltage_V: 1.5V\ncompliance_A: 100uA\nmaxWidth_s: 1ms\nmaxPulses: 50\nformed_V: 1.2\n';
    expect(readLimitsText(text, 'a.yaml')).toEqual(limits);
    expect(readLimitsText(limitsText(limits, 'a chip: 3, "new"'), 'b.yaml')).toEqual(limits);
  });

  it('refuses a file that is another or says nonsense, naming line and key', () => {
    const whole = lines(limits);
    const wrong: [string, string, RegExp][] = [
      ['kind: cell\n', 'limits.kind', /--cells takes it/],
      ['a: 1\n', 'limits.kind', /says no kind/],
      [`kind: limits\nformat: 2\n${whole}`, 'limits.format', /newer ohmprop/],
      [
        `kind: limits\nmaxVolts_V: 3\n${whole}`,
        'limits.invalid',
        /a\.yaml:2:13: "maxVolts_V" is no limit; did you mean maxVoltage_V\?/,
      ],
      [
        `kind: limits\n${whole.replace('1.5', '-1.5')}`,
        'limits.invalid',
        /maxVoltage_V: needs a value above 0/,
      ],
      [`kind: limits\n${whole.replace('50', '50.5')}`, 'limits.invalid', /maxPulses: needs a whole number/],
      [`kind: limits\n${whole.replace('1.5', '1.5A')}`, 'limits.invalid', /not a quantity in V/],
      [`kind: limits\n${whole.replace('1.2', '7')}`, 'limits.invalid', /above maxVoltage_V/],
      ['kind: [', 'limits.file', /a\.yaml:1/],
    ];
    for (const [text, what, said] of wrong) {
      expect(
        code(() => readLimitsText(text, 'a.yaml')),
        text,
      ).toBe(what);
      expect(() => readLimitsText(text, 'a.yaml'), text).toThrow(said);
    }
  });

  it('bound voltage, width and count of pulses; what reads may stay as long as a read takes', () => {
    expect(code(() => checkPulse(permit, { amplitude_V: 1, width_s: 1e-3 }))).toBe('allowed');
    expect(code(() => checkPulse(permit, { amplitude_V: -1.6, width_s: 1e-3 }))).toBe('limits.voltage');
    expect(code(() => checkPulse(permit, { amplitude_V: Number.NaN, width_s: 1e-3 }))).toBe('limits.voltage');
    expect(code(() => checkPulse(permit, { amplitude_V: 1, width_s: 2e-3 }))).toBe('limits.width');
    expect(code(() => checkPulse(permit, { amplitude_V: 0.1, width_s: 1 }))).toBe('allowed');
    expect(code(() => checkRead(permit, -0.2))).toBe('allowed');
    expect(code(() => checkRead(permit, 0.3))).toBe('limits.read');
    expect(code(() => checkRead(permit, 0.3, 1e-4))).toBe('allowed');
    const counts = new PulseCounts(permit);
    counts.add(3, 50);
    expect(code(() => counts.add(3, 1))).toBe('limits.pulses');
    counts.add(4, 1);
  });

  it('call a voltage above formed_V forming, which somebody has to ask for', () => {
    const pulse = { amplitude_V: -1.3, width_s: 1e-3 };
    expect(code(() => checkPulse(permit, pulse))).toBe('limits.forming');
    expect(code(() => checkPulse({ ...permit, forming: true }, pulse))).toBe('allowed');
  });

  it('refuse a plan whole, each cell by its own amplitude; float32 amplitudes are the decimal numbers they were', () => {
    const shape = { amplitude_V: 1, width_s: 1e-4 };
    const plan = {
      counts: Int16Array.of(3, -2, 0),
      potentiation: shape,
      depression: { ...shape, amplitude_V: -1 },
    };
    const at = (amplitude: number) => ({ ...plan, amplitudes_V: Float32Array.of(1, amplitude, 99) });
    expect(code(() => checkPlanLimits(permit, plan))).toBe('allowed');
    expect(code(() => checkPlanLimits(permit, at(1.2)))).toBe('allowed');
    expect(code(() => checkPlanLimits(permit, at(-1.21)))).toBe('limits.forming');
    expect(code(() => checkPlanLimits(permit, at(-1.51)))).toBe('limits.voltage');
    expect(code(() => checkPlanLimits(permit, { ...plan, counts: Int16Array.of(0, -51, 0) }))).toBe(
      'limits.pulses',
    );
    expect(code(() => checkPlanLimits(permit, { counts: Int16Array.of(1) }))).toBe('limits.shape');
  });

  it('ask for a resistor, or for consent, where an instrument cannot limit the current', () => {
    const refuse = (more: Partial<Limits>, noCurrentLimit = false) =>
      code(() =>
        requireCurrentLimit('an ArC ONE', 'it cannot', {
          ...permit,
          noCurrentLimit,
          limits: { ...limits, ...more },
        }),
      );
    expect(refuse({})).toBe('limits.current');
    expect(refuse({ series_ohm: 14_999 })).toBe('limits.current');
    expect(refuse({ series_ohm: 15_000 })).toBe('allowed');
    expect(refuse({}, true)).toBe('allowed');
  });

  it('prove polarity by two reads, and tell an open contact from swapped leads', async () => {
    const read = (sign: number, siemens: number) => (v: number) => Promise.resolve(sign * siemens * v);
    expect(await provePolarity('cell 0,0', -0.1, read(1, 1e-5))).toEqual({ plus_S: 1e-5, minus_S: 1e-5 });
    await expect(provePolarity('cell 0,0', 0.1, read(-1, 1e-5))).rejects.toThrow(
      /does not follow the voltage/,
    );
    await expect(provePolarity('cell 0,0', 0.1, read(1, 1e-13), 1e-9)).rejects.toThrow(/no current flows/);
  });
});

function lines(values: Partial<Limits>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}
