import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { makeDirectory, requireFreeFiles, writeUserFile } from '../../records/index.js';
import { commandJsonSchema, defineCommand } from '../frame/index.js';
import { boardStarter } from './board.js';
import { calibrateStarter } from './calibrate.js';
import { crossbarStarter } from './crossbar.js';
import { instrumentStarter } from './instrument.js';
import { learnStarter } from './learn.js';
import { type Starter, schemaName } from './starter.js';
import { studyStarter } from './study.js';

/** Ways into ohmprop, by the word for `ohmprop init`. */
export const starters = {
  learn: learnStarter,
  crossbar: crossbarStarter,
  calibrate: calibrateStarter,
  board: boardStarter,
  instrument: instrumentStarter,
  study: studyStarter,
} satisfies Record<string, Starter>;

const ways = Object.keys(starters) as (keyof typeof starters)[];

export const initCommand = defineCommand({
  options: z.strictObject({
    way: z.enum(ways as [keyof typeof starters, ...(keyof typeof starters)[]]).meta({
      argument: '<way>',
      description: ways.map((way) => `${way}: ${starters[way].description}`).join('; '),
    }),
    folder: z.string().default('.').meta({
      argument: '[folder]',
      kind: 'folder',
      description: 'where the files go; made if it is not there',
    }),
  }),
  notes:
    'Writes small example files, and says what to type next. Files that are there are left alone without --force.',
  examples: ['ohmprop init crossbar', 'ohmprop init calibrate cells/', 'ohmprop init learn --json'],

  async answer({ way, folder }, { force }) {
    const starter: Starter = starters[way];
    const files = { ...starter.files, ...(await schemaFile(starter)) };
    const paths = Object.keys(files).map((name) => join(folder, name));
    await requireFreeFiles(paths, { force });
    if (!existsSync(folder)) await makeDirectory(folder);
    for (const [name, content] of Object.entries(files))
      await writeUserFile(join(folder, name), content, { force });
    const there = relative(process.cwd(), resolve(folder));
    const next = [...(there === '' ? [] : [`cd ${there}`]), ...starter.next];
    return {
      text: [
        `${starter.description}:`,
        '',
        ...next.map((line) => `  ${line.replace(/^ohmprop/, 'npx ohmprop')}`),
        '',
        `Then put yours in place of the examples. ${starter.yours}.`,
      ].join('\n'),
      json: { way, folder, next, yours: starter.yours },
      files: paths,
    };
  },
});

/** The schema of the YAML file, for editors: it lies beside it, so that nothing needs to be installed or online. */
async function schemaFile({ configures }: Starter): Promise<Record<string, string>> {
  if (configures === undefined) return {};
  const { command, file, load } = configures;
  return { [schemaName(file)]: `${JSON.stringify(commandJsonSchema(await load(), command), null, 1)}\n` };
}
