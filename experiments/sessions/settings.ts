import { type RunConfig, runConfigSchema } from '../schema/index.js';

/** The configuration by its top-level keys, as JSON; without the numbers of epochs and of threads, which change no update. */
export function settings(config: RunConfig): Record<string, string> {
  const { threads: _, ...kept } = config;
  const { epochs: __, ...training } = config.training;
  return Object.fromEntries(
    Object.entries({ ...kept, training }).map(([key, value]) => [key, JSON.stringify(value) ?? '']),
  );
}

/** One sentence for each setting that is no longer what a checkpoint was trained under. */
export function changedSettings(config: RunConfig, saved: Readonly<Record<string, string>>): string[] {
  const now = settings(config);
  const { threads: _, ...then } = { ...settingsByDefault(), ...saved };
  return Object.keys({ ...now, ...then })
    .filter((key) => now[key] !== then[key])
    .map(
      (key) => `${key} is ${now[key] ?? 'not set'}, the checkpoint was trained with ${then[key] ?? 'none'}`,
    );
}

/** What top-level keys mean to a checkpoint that was written before there were such keys. */
function settingsByDefault(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(runConfigSchema.shape).flatMap(([key, schema]) => {
      const absent = schema.safeParse(undefined);
      return absent.success && absent.data !== undefined ? [[key, JSON.stringify(absent.data)]] : [];
    }),
  );
}
