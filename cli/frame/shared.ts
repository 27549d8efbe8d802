import { z } from 'zod';
import type { CommandDefinition } from './definition.js';
import { path, quantity, repeatable } from './fields.js';

/** mm that a figure may be wide. */
const FIGURE_MM = [40, 1000] as const;

/** `--figure 85mm`, in m: of commands that draw. Those whose figure is written by `-o` have it by `draws`. */
export const figureWidth = quantity(
  'm',
  z
    .number()
    .min(FIGURE_MM[0] / 1000, `needs a width from ${FIGURE_MM[0]}mm to ${FIGURE_MM[1]}mm`)
    .max(FIGURE_MM[1] / 1000, `needs a width from ${FIGURE_MM[0]}mm to ${FIGURE_MM[1]}mm`)
    .optional(),
).meta({
  flag: '--figure <width>',
  description: 'width of figures: 85mm for one column of a journal',
});

const useOption = repeatable(path(z.array(z.string()).default([]))).meta({
  flag: '--use <file>',
  description:
    'run a module of yours, mine.mjs: its policies, costs, cells, elements, devices and data are then known by name',
});

const changedModuleOption = z.boolean().default(false).meta({
  flag: '--changed-module',
  description: 'open a run though a module of it is not what it was',
});

/** Options that are code, or agree to code: typed, and never read from a file that may have come along. */
export const typedAlone: readonly string[] = ['use', 'changedModule'];

/** The same in mm, as figures take it. */
export const millimetres = (figure: number): number => Number((1000 * figure).toPrecision(12));

/** What every command takes, as far as it means something to this one. */
export function sharedOptions(definition: CommandDefinition) {
  const { draws, options } = definition;
  const endings = outputEndings(definition);
  return z.strictObject({
    ...('out' in options.shape
      ? {}
      : {
          out: repeatable(path(z.preprocess(listed, z.array(z.string()).default([])))).meta({
            flag: '-o, --out <file>',
            description: `write a file; its ending says what: ${endingsText(endings)}`,
          }),
        }),
    ...(draws === undefined
      ? {}
      : {
          figure: figureWidth,
        }),
    ...(definition.uses === undefined ? {} : { use: useOption }),
    ...(definition.uses === 'runs' ? { changedModule: changedModuleOption } : {}),
    force: z.boolean().default(false).meta({ flag: '--force', description: 'replace files that are there' }),
    json: z.boolean().default(false).meta({ flag: '--json', description: 'the answer as one JSON object' }),
    config: path(z.string().optional()).meta({
      flag: '--config <file>',
      description: `${fileText(definition)}; what is typed goes before`,
    }),
    jsonSchema: z.boolean().default(false).meta({
      flag: '--json-schema',
      description: 'print the JSON Schema of that file, and do nothing',
    }),
  });
}

/** What the file in place of flags holds. */
function fileText({ settings = [], takesConfiguration = false }: CommandDefinition): string {
  if (takesConfiguration) {
    return 'configuration from a YAML or JSON file, keys by their paths as for --set (training: { epochs: 20 }), other options by their flags';
  }
  const parts = [...new Set(settings.map(({ path: [first] }) => first))];
  const settingsText = parts.length === 0 ? '' : `, what stands in a configuration under ${parts.join(', ')}`;
  return `options from a YAML or JSON file, keys as the flags${settingsText}`;
}

/** Endings that `-o` takes, with what each is. */
export function outputEndings(definition: CommandDefinition): Readonly<Record<string, string>> {
  const { outputs = {}, draws = '' } = definition;
  const figures = drawnEndings(definition).map((ending) => [ending, draws]);
  return { ...outputs, ...Object.fromEntries(figures), '.json': outputs['.json'] ?? 'the answer' };
}

/** Endings that stand for the command's figure. */
export function drawnEndings({ outputs = {}, draws }: CommandDefinition): string[] {
  return draws === undefined
    ? []
    : ['.svg', '.png', '.html'].filter((ending) => !Object.hasOwn(outputs, ending));
}

/** `.csv (voltages), .svg, .png or .html (the curve), DIR/ (run directory)`. */
export function endingsText(endings: Readonly<Record<string, string>>): string {
  const byContent = new Map<string, string[]>();
  for (const [ending, what] of Object.entries(endings)) {
    byContent.set(what, [...(byContent.get(what) ?? []), ending === '/' ? 'DIR/' : ending]);
  }
  return [...byContent]
    .map(([what, [...named]]) => {
      const last = named.pop();
      return `${named.length === 0 ? '' : `${named.join(', ')} or `}${last} (${what})`;
    })
    .join(', ');
}

function listed(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value;
}
