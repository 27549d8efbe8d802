import { z } from 'zod';
import { runConfigSchema } from './run-config.js';

/** The JSON Schema of a configuration file, for editors and for other programs. */
export function configJsonSchema(): object {
  return z.toJSONSchema(runConfigSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      const { flag: _, chosenByFlag: __, formerFlag: ___, more: ____, choices, ...kept } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, kept);
      // Names of now: of modules only while they are in use.
      if (Array.isArray(choices) && choices.length > 0) jsonSchema.enum = [...choices];
      // Read by a function first, of which JSON Schema knows nothing.
      if (z.globalRegistry.get(zodSchema)?.unit !== undefined) jsonSchema.type = ['number', 'string'];
    },
  });
}
