import type { z } from 'zod';
import { readJson } from '../../core/input/index.js';
import { type RunConfig, runConfigSchema } from '../schema/index.js';

/** The configuration by its top-level keys, as JSON; without the numbers of epochs and of threads, which change no update. */
export function settings(config: RunConfig): Record<string, string> {
  const { threads: _, ...kept } = config;
  return Object.fromEntries(
    Object.entries({
      ...kept,
      training: ofTraining(config.training),
      network: ofNetwork(config.network),
    }).map(([key, value]) => [key, JSON.stringify(value) ?? '']),
  );
}

function ofTraining(training: object): object {
  const { epochs: _, ...kept } = training as Record<string, unknown>;
  return kept;
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
  const { shape } = runConfigSchema;
  if (then.network !== undefined) then.network = asNow(then.network, shape.network, ofNetwork);
  if (then.training !== undefined) {
    then.training = asNow(then.training, shape.training, ofTraining, { epochs: 1 });
  }
  return Object.keys({ ...now, ...then })
    .filter((key) => now[key] !== then[key])
    .map(
      (key) => `${key} is ${now[key] ?? 'not set'}, the checkpoint was trained with ${then[key] ?? 'none'}`,
    );
}

/** A part of the configuration as a checkpoint has it, and what keys that came later mean to it. */
function asNow(
  saved: string,
  schema: z.ZodType<object>,
  compared: (part: object) => object,
  needed: object = {},
): string {
  if (!saved.startsWith('{')) return saved;
  const part = readJson(saved) as object;
  const whole = schema.safeParse({ ...needed, ...part });
  return JSON.stringify(compared(whole.success ? whole.data : part));
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
