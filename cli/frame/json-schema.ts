import { z } from 'zod';
import { configJsonSchema } from '../../experiments/schema/index.js';
import type { CommandDefinition } from './definition.js';
import { optionFields, schemaOf } from './options-of.js';
import { typedAlone } from './shared.js';

/** What is of the command line alone. */
const never = ['config', 'jsonSchema', ...typedAlone];

/** The JSON Schema of the YAML file that a command takes in place of flags. */
export function commandJsonSchema(definition: CommandDefinition, name: string): object {
  const { properties, ...rest } = z.toJSONSchema(schemaOf(definition), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      const meta = z.globalRegistry.get(zodSchema) ?? {};
      for (const key of Object.keys(meta)) {
        if (key !== 'description' && key !== 'title') delete jsonSchema[key];
      }
      // Read from a text first, of which JSON Schema knows nothing.
      if (zodSchema instanceof z.ZodPipe && typeof jsonSchema.type === 'string') {
        jsonSchema.type = [jsonSchema.type, 'string'];
      }
    },
  }) as { properties?: Record<string, object> };
  const gone = new Set([
    ...never,
    ...optionFields(definition).flatMap(({ key, former }) => (former === undefined ? [] : [key])),
  ]);
  const configured = settingsSchema(definition);
  return {
    ...rest,
    title: `ohmprop ${name}`,
    properties: {
      $schema: { type: 'string' },
      format: { const: 1 },
      command: { const: name },
      ...configured.properties,
      ...Object.fromEntries(Object.entries(properties ?? {}).filter(([key]) => !gone.has(key))),
    },
    ...(configured.$defs === undefined ? {} : { $defs: configured.$defs }),
    // The file may leave to the flags what they say.
    required: [],
  };
}

/** What of a configuration the file may hold. */
function settingsSchema({ settings = [], takesConfiguration }: CommandDefinition): ConfigSchema {
  if (settings.length === 0) return { properties: {} };
  const { properties, ...rest } = configJsonSchema() as ConfigSchema;
  const parts = new Set(settings.map(({ path }) => path[0]));
  const kept = Object.entries(properties).filter(([key]) => takesConfiguration === true || parts.has(key));
  return { ...rest, properties: Object.fromEntries(kept) };
}

interface ConfigSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly $defs?: object;
}
