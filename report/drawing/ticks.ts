/** More than this many decades, and only whole decades are labelled. */
const DECADES_WITH_STEPS = 2.2;

/**
 * Round values from `low` to `high` (both positive) for a logarithmic axis: 1, 2, 5 over a short range, decades over a
 * long one, never more than eight.
 */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > DECADES_WITH_STEPS ? [1] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / 8));
  const first = Math.floor(Math.log10(low));
  const ticks: number[] = [];
  for (let exponent = first; exponent <= Math.log10(high); exponent++) {
    if ((exponent - first) % every !== 0) continue;
    for (const step of steps) {
      // Through text, so that 3·10⁻⁶ is not 0.0000029999999999999997.
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** Round values from `low` to `high`, about `count` of them, a step of 1, 2 or 5 times a power of ten apart. */
export function linearTicks(low: number, high: number, count: number, leastStep = 0): number[] {
  const rough = Math.max((high - low) / Math.max(1, count), leastStep);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const exponent = Math.floor(Math.log10(rough) + 1e-9);
  const times = [1, 2, 5, 10].find((factor) => Number(`${factor}e${exponent}`) >= rough * 0.999) ?? 10;
  const step = Number(`${times}e${exponent}`);
  const ticks: number[] = [];
  const slack = step * 1e-6;
  for (let n = Math.ceil((low - slack) / step); n * step <= high + slack && ticks.length < 100; n++) {
    // Through text, so that 3 · 0.1 is not 0.30000000000000004.
    ticks.push(Number((times * n).toFixed(0).concat(`e${exponent}`)));
  }
  return ticks;
}

/** Numbers from the one to below the other are written plainly. */
const PLAIN = [1e-3, 1e5] as const;
/** On an axis where some are not, few are. */
const PLAIN_AMONG_POWERS = [0.1, 100] as const;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number for people: at most `digits` significant ones, `2×10⁻⁷` where plain ones would be long. */
export function numberText(value: number, digits = 3, plain: readonly [number, number] = PLAIN): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞';
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size >= plain[0] && size < plain[1]) return minus(String(rounded));
  const [mantissa, exponent] = rounded.toExponential().split('e');
  const power = [...String(Math.abs(Number(exponent)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  const ten = `10${Number(exponent) < 0 ? '⁻' : ''}${power}`;
  return mantissa === '1' ? ten : mantissa === '-1' ? `−${ten}` : `${minus(mantissa)}×${ten}`;
}

/** The labels of the ticks of one axis: as many digits as tell neighbours apart. */
export function tickLabels(ticks: readonly number[]): string[] {
  let digits = 3;
  while (digits < 12 && ticks.some((tick) => Number(tick.toPrecision(digits)) !== tick)) digits++;
  const sizes = ticks.map(Math.abs).filter((size) => size > 0);
  const plain = sizes.every((size) => size >= PLAIN[0] && size < PLAIN[1]) ? PLAIN : PLAIN_AMONG_POWERS;
  return ticks.map((tick) => numberText(tick, digits, plain));
}

function minus(text: string): string {
  return text.replace('-', '−');
}
