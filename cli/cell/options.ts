import { z } from 'zod';
import { type DriveKind, type DriveText, driveForms, readDrive } from '../../core/index.js';
import { quantity, readBy, repeatable } from '../frame/index.js';

/** Drives of these kinds; a flag that may be given several times, for one drive after the other. */
export function drives<K extends DriveKind>(kinds: readonly K[], description: string) {
  const one = readBy(
    'drive',
    (text) => readDrive(text, kinds),
    z.custom<Extract<DriveText, { kind: K }>>((value) => typeof value === 'object' && value !== null),
  );
  const listed = z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(one).default([]),
  );
  return repeatable(listed).meta({
    kind: 'drive',
    flag: '--drive <drive>',
    description: `${description}: ${kinds.map((kind) => driveForms[kind]).join(', ')}`,
  });
}

/** A cell by name or file. */
export const model = z.string().meta({
  argument: '<model>',
  kind: 'cell model',
  description:
    'a name of "ohmprop cell list", my.cell.json, a YAML file with current, rate, state and parameters, or (pulse) table:FILE.csv',
});

/** A number in V, of a flag that a drive has taken the place of. */
export const formerVolts = (flag: string, drive: string) =>
  quantity('V', z.number().optional()).meta({
    flag: `${flag} <V>`,
    description: 'an amplitude',
    former: drive,
  });

/** Parameters of a physical model that are other than it has them. */
export const setParameters = repeatable(z.array(z.string()).default([])).meta({
  flag: '--set <name=value>',
  description:
    'a parameter of a physical model or a YAML file, by its name or the start of it: roff=16k, mobility=2e-14; may be repeated',
});
