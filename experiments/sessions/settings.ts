import { readJson } from '../../core/input/index.js';
import { type RunConfig, runConfigSchema } from '../schema/index.js';

/** The configuration by its top-level keys, as JSON; without the numbers of epochs and of threads, which change no update. */
export function settings(config: RunConfig): Record<string, string> {
  const { threads: _, ...kept } = config;
  const { epochs: __, ...training } = config.training;
  return Object.fromEntries(
    Object.entries({ ...kept, training, network: ofNetwork(config.network) }).map(([key, value]) => [
      key,
      JSON.stringify(value) ?? '',
    ]),
  );
}

/** Where a board is found, how long it is waited for, when it gives its host up, when its run pauses and how often it is checked change no update. */
function ofNetwork(network: object): object {
  const {
    boardPatience: _,
    device: __,
    watchdog: ___,
    middleBand: ____,
    checkEvery: _____,
    ...kept
  } = network as Record<string, unknown>;
  return kept;
}

/** One sentence for each setting that is no longer what a checkpoint was trained under. */
export function changedSettings(config: RunConfig, saved: Readonly<Record<string, string>>): string[] {
  const now = settings(config);
  const { threads: _, ...then }: Record<string, string> = { ...settingsByDefault(), ...saved };
  if (then.network?.startsWith('{'))
    then.network = JSON.stringify(ofNetwork(readJson(then.network) as object));
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
