import { z } from 'zod';
import { formatQuantity } from '../../core/index.js';
import type { CommandDefinition } from './definition.js';
import { sharedOptions } from './shared.js';

/** One option of a command as it is written. */
export interface OptionField {
  /** Of the schema, and of the YAML file. */
  readonly key: string;
  /** `--wire-row-ohm <ohm>`; nothing of an argument. */
  readonly flag?: string;
  /** `<run>` */
  readonly argument?: string;
  /** What its value is: `switch`, `whole number`, `quantity in V`, `path`, `choice: a, b` … */
  readonly kind: string;
  readonly unit?: string;
  readonly description: string;
  /** With what may be chosen and what holds where nothing is said. */
  readonly help: string;
  readonly repeatable: boolean;
  readonly heading: string;
  readonly formerValues: Readonly<Record<string, string>>;
  /** What to write instead, of a flag that is going. */
  readonly former?: string;
}

/** The whole schema of a command: its own options and those that every command has. */
export function schemaOf(definition: CommandDefinition): z.ZodObject {
  return definition.options.extend(sharedOptions(definition).shape);
}

/** Every option of a command in the order of its help. */
export function optionFields(definition: CommandDefinition): OptionField[] {
  const own = Object.keys(definition.options.shape);
  return Object.entries(schemaOf(definition).shape).flatMap(([key, schema]) => {
    const field = fieldOf(key, schema as z.ZodType);
    return field === undefined
      ? []
      : [{ ...field, heading: own.includes(key) ? field.heading : 'Shared by all commands:' }];
  });
}

function fieldOf(key: string, schema: z.ZodType): OptionField | undefined {
  const {
    flag,
    argument,
    unit,
    description = '',
    repeatable = false,
    heading,
    former,
    formerValues = {},
  } = schema.meta() ?? {};
  if (flag === undefined && argument === undefined) return undefined;
  const bare = unwrapped(schema);
  return {
    key,
    ...(flag === undefined ? {} : { flag }),
    ...(argument === undefined ? {} : { argument }),
    ...(unit === undefined ? {} : { unit }),
    ...(former === undefined ? {} : { former }),
    kind: (schema.meta()?.kind as string | undefined) ?? kindOf(bare),
    description,
    help: helpOf(description, schema, bare, unit),
    formerValues,
    repeatable: repeatable || argument?.includes('...') === true,
    heading: heading ?? 'Options:',
  };
}

/** Without what makes it optional, gives it a default, or reads it from a text first. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return unwrapped(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return unwrapped(schema.out as z.ZodType);
  return schema;
}

function kindOf(bare: z.ZodType): string {
  if (bare instanceof z.ZodBoolean) return 'switch';
  if (bare instanceof z.ZodEnum) return 'choice';
  if (bare instanceof z.ZodString) return 'text';
  if (bare instanceof z.ZodArray) return kindOf(bare.element as z.ZodType);
  throw new Error(`a field of type ${bare.def.type} needs meta({ kind }) to say what it is`);
}

function helpOf(description: string, schema: z.ZodType, bare: z.ZodType, unit: string | undefined): string {
  const choices = bare instanceof z.ZodEnum ? `: ${bare.options.join(', ')}` : '';
  const absent = schema.safeParse(undefined);
  const value = absent.success ? absent.data : undefined;
  const byDefault = value === undefined || value === false ? '' : shown(value, unit);
  return `${description}${choices}${byDefault === '' ? '' : ` (default ${byDefault})`}`;
}

function shown(value: unknown, unit: string | undefined): string {
  if (Array.isArray(value)) return value.map((one) => shown(one, unit)).join(',');
  return typeof value === 'number' && unit !== undefined && unit !== '1'
    ? formatQuantity(value, unit)
        .replace(/(\.\d*?)0+(?= |$)/, '$1')
        .replace(/\.(?= |$)/, '')
    : String(value);
}
