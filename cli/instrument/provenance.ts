import type { Permit } from '../../devices/limits/index.js';
import { ohmpropVersion } from '../../records/index.js';

/**
 * Lines above a table that say where it comes from: `# key: value`, which "ohmprop calibrate" takes as settings where it knows the
 * key, and programs that know no better skip.
 */
export async function provenanceLines(
  { limits }: Permit,
  identity: string,
  more: Readonly<Record<string, string>>,
): Promise<string> {
  const entries = {
    program: `ohmprop ${await ohmpropVersion()}`,
    date: new Date().toISOString(),
    instrument: identity.replaceAll(',', ';'),
    ...more,
    'compliance (A)': String(limits.compliance_A),
    ...(limits.series_ohm === undefined ? {} : { 'series resistance (Ω)': String(limits.series_ohm) }),
  };
  return Object.entries(entries)
    .map(([key, value]) => `# ${key}: ${value}\n`)
    .join('');
}
