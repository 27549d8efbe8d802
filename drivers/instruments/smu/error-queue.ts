import { type OhmpropError, runError } from '../../../core/index.js';
import type { SmuDialect, SmuErrorEntry } from './dialect.js';
import type { SmuLink } from './smu-link.js';

/** Entries of an error queue that are taken out at most. */
const MAX_ERRORS = 100;

/** Takes out all that is in the error queue. */
export async function drainErrors(link: SmuLink, dialect: SmuDialect): Promise<SmuErrorEntry[]> {
  const errors: SmuErrorEntry[] = [];
  while (errors.length < MAX_ERRORS) {
    const entry = await link.ask(dialect.error);
    if (entry === undefined) break;
    errors.push(entry);
  }
  return errors;
}

/** @throws OhmpropError `smu.refused` with what the error queue says */
export async function requireNoErrors(link: SmuLink, dialect: SmuDialect): Promise<void> {
  const errors = await drainErrors(link, dialect);
  if (errors.length === 0) return;
  throw runError('smu.refused', `${link.transport.name}: it says ${errorsText(errors)}`);
}

/** An error with what the instrument says of it besides. */
export async function withItsErrors(
  link: SmuLink,
  dialect: SmuDialect,
  error: OhmpropError,
): Promise<OhmpropError> {
  if (error.code !== 'smu.refused') return error;
  const errors = await drainErrors(link, dialect).catch(() => []);
  return errors.length === 0 ? error : runError(error.code, `${error.message}: ${errorsText(errors)}`, error);
}

/** For people. */
export function errorsText(errors: readonly SmuErrorEntry[]): string {
  return errors.map(({ code, text }) => `${code} "${text}"`).join(', ');
}
