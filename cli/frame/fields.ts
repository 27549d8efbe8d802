import { z } from 'zod';
import { OhmpropError, readQuantities } from '../../core/index.js';
import { quantity as numberWithUnit } from '../../experiments/schema/index.js';

// How the options of a command are declared: zod types that take what was typed and what a YAML file holds alike.

declare module 'zod' {
  interface GlobalMeta {
    /** In place of a flag: what stands without one, in the order of the schema. `<run>`, `<run...>` for several. */
    argument?: string;
    /** What its value is, for people and for the test that one flag means one thing: `file`, `lines`. */
    kind?: string;
    /** The flag may be given several times. */
    repeatable?: boolean;
    /** Heading of the help that its flag stands under. */
    heading?: string;
    /** Old names of values, and what each is called now. */
    formerValues?: Readonly<Record<string, string>>;
    /** Of a flag that is going: what to write in its place. It works, is in no help, and draws one warning. */
    former?: string;
  }
}

/**
 * A value that a text may stand for.
 * @param kind what it is, for people: `lines`, `cell`
 * @param read throws an OhmpropError (whose message says nothing of where) for a text that is none
 * @param schema what it is once it is read
 * @param before what a value of a YAML file is turned into first
 */
export function readBy<S extends z.core.SomeType>(
  kind: string,
  read: (text: string) => unknown,
  schema: S,
  // A file may hold a number where a flag holds its digits.
  before: (value: unknown) => unknown = (value) => (typeof value === 'number' ? String(value) : value),
) {
  return z
    .preprocess((given, context) => {
      const value = before(given);
      if (typeof value !== 'string') return value;
      try {
        return read(value);
      } catch (error) {
        if (!(error instanceof OhmpropError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    }, schema)
    .meta({ kind });
}

/** A number with or without its unit: `0.5`, `10uS`, `5%`. @param unit SI unit, `1` where there is none */
export function quantity<N extends z.ZodNumber | z.ZodOptional<z.ZodNumber> | z.ZodDefault<z.ZodNumber>>(
  unit: string,
  number: N,
) {
  return numberWithUnit(unit, number).meta({ unit, kind: unit === '1' ? 'number' : `quantity in ${unit}` });
}

type Numbers = z.ZodArray<z.ZodNumber>;

/** A list `1,2,5` or a range `0:1V:11`, `log:1uS:1mS:7` of quantities. */
export function quantities<N extends Numbers | z.ZodOptional<Numbers> | z.ZodDefault<Numbers>>(
  unit: string,
  numbers: N,
) {
  const kind = unit === '1' ? 'numbers' : `quantities in ${unit}`;
  // A YAML file may hold one number, or a list of texts with units.
  const asText = (value: unknown): unknown =>
    Array.isArray(value) && value.some((one) => typeof one === 'string') ? value.join(',') : value;
  return readBy(
    kind,
    (text) => readQuantities(text, unit),
    numbers,
    (value) => (typeof value === 'number' ? [value] : asText(value)),
  ).meta({ unit, kind });
}

/** A whole number. */
export function whole<N extends z.ZodNumber | z.ZodOptional<z.ZodNumber> | z.ZodDefault<z.ZodNumber>>(
  number: N,
) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value),
      number,
    )
    .meta({ kind: 'whole number' });
}

/** A file or folder by its path; `z.string()` with whatever it is to end in. */
export function path<T extends z.ZodType>(text: T) {
  return text.meta({ kind: 'path' });
}

/** A flag that may be given several times. */
export function repeatable<T extends z.ZodType>(text: T) {
  return text.meta({ repeatable: true });
}
