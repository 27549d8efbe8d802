import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { inputError, quoted } from '../core/index.js';
import { type Setting, type Tree, treeOfFlags } from '../experiments/schema/index.js';
import { readBy } from './frame/index.js';
import { kindOf, settingReaders, settingsNamed } from './setting-flags.js';

/**
 * Single settings as options of a command that takes no whole configuration, each by the last word of its path: ranges are
 * the configuration's to check.
 */
export function settingOptions<const N extends string>(
  ...names: readonly N[]
): Record<string, z.ZodType<unknown>> {
  return Object.fromEntries(
    settingsNamed(...names).map(({ path, flag, help, kind, unit }) => [
      path[path.length - 1],
      readBy(kindOf({ kind, unit }), readerOf({ kind, unit }), z.unknown()).meta({
        flag,
        description: help,
        ...(unit === '1' ? {} : { unit }),
      }),
    ]),
  );
}

/** A reader that throws what the frame takes for a wrong value. */
function readerOf({ kind, unit }: Pick<Setting, 'kind' | 'unit'>): (text: string) => unknown {
  const read = settingReaders[kind](unit);
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw inputError('usage', `${error.message.replace(/\.$/, '')}, got ${quoted(text)}`);
    }
  };
}

/** The part of a configuration that `settingOptions` say. */
export function treeOfSettings(
  options: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): Tree {
  const chosen = settingsNamed(...names);
  return treeOfFlags(chosen, new Map(chosen.map(({ flag, path }) => [flag, options[path[path.length - 1]]])));
}
