const prefixes = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];

/** `67.4 pW`: three digits and a prefix. @param unit none: the number as it is */
export function quantityText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === '%') return `${(100 * value).toFixed(2)} %`;
  if (value === 0) return unit === '' ? '0' : `0 ${unit}`;
  if (unit === '') return plain(value);
  // A prefix before a square would be squared with it.
  if (unit.endsWith('²')) return `${value.toExponential(2)} ${unit}`;
  const power = Math.min(4, Math.max(-5, Math.floor(Math.log10(Math.abs(value)) / 3)));
  return `${plain(value / 10 ** (3 * power))} ${prefixes[power + 5]}${unit}`;
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** Seconds as a person says them. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${(1000 * seconds).toFixed(0)} ms`;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** `14:05:09` here, with its day where that is not today. */
export function timeText(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return '';
  const clock = time.toLocaleTimeString([], { hour12: false });
  return time.toDateString() === new Date().toDateString() ? clock : `${time.toLocaleDateString()} ${clock}`;
}

/** What a column of a run's epochs is called, and what it is counted in. */
export function columnName(name: string): { readonly title: string; readonly unit: string } {
  const known = titles[name];
  if (known !== undefined) return known;
  const [, base, unit] = /^(.*)_(V2|V|A|S|W|J|s|ohm|seconds)$/.exec(name) ?? [];
  const units: Record<string, string> = { V2: 'V²', ohm: 'Ω', seconds: 's' };
  return { title: words(base ?? name), unit: unit === undefined ? '' : (units[unit] ?? unit) };
}

const titles: Record<string, { title: string; unit: string }> = {
  testError: { title: 'Test error', unit: '%' },
  trainError: { title: 'Training error', unit: '%' },
  validationError: { title: 'Validation error', unit: '%' },
  cost_V2: { title: 'Training cost', unit: 'V²' },
  testCost_V2: { title: 'Test cost', unit: 'V²' },
  validationCost_V2: { title: 'Validation cost', unit: 'V²' },
  power_W: { title: 'Power a sample', unit: 'W' },
  pulses: { title: 'Pulses an epoch', unit: '' },
  seconds: { title: 'Time of an epoch', unit: 's' },
  samplesPerSecond: { title: 'Samples a second', unit: '' },
  saturatedFraction: { title: 'Conductances at an edge', unit: '%' },
  cellsAtEdge: { title: 'Cells at an edge', unit: '%' },
  freeIterations: { title: 'Iterations, free phase', unit: '' },
  nudgedIterations: { title: 'Iterations, nudged phases', unit: '' },
};

function words(name: string): string {
  if (name.startsWith('cosine.')) return `Cosine of the gradient, ${name.slice('cosine.'.length)}`;
  if (name.startsWith('relativeChange.')) return `Relative change, ${name.slice('relativeChange.'.length)}`;
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
