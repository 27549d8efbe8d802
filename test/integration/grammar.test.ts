import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  commandJsonSchema,
  type OptionField,
  optionFields,
  replaceFormerFlags,
} from '../../cli/frame/index.js';
import { kindOf } from '../../cli/setting-flags.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { everyCommand, type NamedCommand, takesLine, wordsOf } from './commands-walked.js';

// One walk over every command: what DESIGN's "The command line" asks of all of them alike.

interface Walked extends NamedCommand {
  readonly fields: readonly OptionField[];
}

const walked: Walked[] = [];

beforeAll(async () => {
  for (const command of await everyCommand()) {
    const settings = (command.definition.settings ?? []).map(
      (setting): OptionField => ({
        key: setting.path.join('.'),
        flag: setting.flag,
        kind: kindOf(setting),
        unit: setting.unit,
        description: setting.help,
        help: setting.help,
        repeatable: false,
        heading: '',
        formerValues: {},
      }),
    );
    walked.push({ ...command, fields: [...optionFields(command.definition), ...settings] });
  }
});

/** `--out` and `-o` of `-o, --out <file>`. */
const namesOf = ({ flag = '' }: OptionField) =>
  flag
    .replace(/ ?[<[].*/, '')
    .split(', ')
    .filter((name) => name !== '');

describe('every command', () => {
  it('is declared by the frame', () => {
    expect(walked.length).toBeGreaterThan(25);
  });

  it('that takes the address of a board can write down what goes over its line', () => {
    // One waits on an address itself, one is a recording; what avrdude sends, avrdude alone knows (its output is passed on);
    // one only writes the address into a file.
    const exempt = ['board emulate', 'board record', 'board flash', 'instrument limits'];
    const opening = walked.filter(({ fields }) =>
      fields.some(
        (field) =>
          field.kind === 'address' ||
          namesOf(field).some((flag) => flag === '--device' || flag === '--restore'),
      ),
    );
    expect(opening.length).toBeGreaterThan(10);
    const without = opening.filter(
      ({ fields }) => !fields.some((field) => namesOf(field).includes('--record')),
    );
    expect(without.map(({ name }) => name).filter((name) => !exempt.includes(name))).toEqual([]);
  });

  it('means the same by the same flag: no flag has two kinds or two units', () => {
    const meanings = new Map<string, Map<string, string[]>>();
    for (const { name, fields } of walked) {
      for (const field of fields) {
        if (field.former !== undefined) continue;
        for (const flag of namesOf(field)) {
          // A choice is a word too.
          const kind = field.kind === 'choice' ? 'text' : field.kind;
          const meaning = `${kind}${field.repeatable ? ', repeatable' : ''} [${field.unit ?? '1'}]`;
          const known = meanings.get(flag) ?? new Map<string, string[]>();
          known.set(meaning, [...(known.get(meaning) ?? []), name]);
          meanings.set(flag, known);
        }
      }
    }
    const ambiguous = [...meanings].filter(([, known]) => known.size > 1);
    expect([...(meanings.get('--window')?.keys() ?? [])]).toEqual(['LOW,HIGH in S or a ratio [1]']);
    expect(ambiguous.map(([flag, known]) => [flag, Object.fromEntries(known)])).toEqual([]);
  });

  it('takes the levels of linear cells by their former name too, and says so once', async () => {
    const line = (flag: string) => `train --preset xor --cells linear ${flag} 10 --dry-run --json`.split(' ');
    const [former, present] = [await ohmprop(line('--states')), await ohmprop(line('--levels'))];
    expect(former.stderr.match(/--states is now --levels/g)).toHaveLength(1);
    expect([former.code, present.stderr]).toEqual([0, '']);
    expect(JSON.parse(former.stdout)).toEqual(JSON.parse(present.stdout));
  });

  it('has --json, -o, --config, and says in its help what each of its flags is', () => {
    for (const { name, fields } of walked) {
      const flags = fields.flatMap(namesOf);
      expect(flags, name).toEqual(expect.arrayContaining(['--json', '--out', '--force', '--config']));
      expect(new Set(flags).size, name).toBe(flags.length);
      expect(
        fields.filter(({ description, former }) => description === '' && former === undefined),
        name,
      ).toEqual([]);
    }
  });

  it('shows examples that it takes', async () => {
    const cwd = scratch();
    for (const file of ['run.yaml', 'solve.yaml', 'options.yaml', 'noise.yaml'])
      writeFileSync(join(cwd, file), '{}\n');
    for (const { name, definition } of walked) {
      expect(definition.examples.length, name).toBeGreaterThan(0);
      for (const example of definition.examples) {
        expect(example.startsWith(`ohmprop ${name}`), example).toBe(true);
        await takesLine({ name, definition }, wordsOf(example), cwd);
      }
    }
  });

  it('has a JSON Schema of its YAML file, every key of it described', () => {
    const notInFiles = ['config', 'jsonSchema', 'use', 'changedModule'];
    for (const { name, definition, fields } of walked) {
      const schema = commandJsonSchema(definition, name) as {
        properties: Record<string, { description?: string }>;
      };
      for (const { key, former, heading } of fields) {
        if (former !== undefined || heading === '' || notInFiles.includes(key)) continue;
        expect(schema.properties[key]?.description, `${name}: ${key}`).toBeTruthy();
      }
    }
  });

  it('takes old flags, each with one warning that says the new one', () => {
    for (const { name, definition, fields } of walked) {
      const old = [
        ...Object.keys(definition.formerFlags ?? {}),
        ...fields.filter(({ former }) => former !== undefined).flatMap(namesOf),
      ];
      for (const flag of old) {
        expect(
          replaceFormerFlags(definition, [flag, 'x', flag, 'y']).renamed,
          `${name} ${flag}`,
        ).toHaveLength(1);
      }
    }
  });

  it('ends a mistyped flag with 2 and the nearest, and with --json one object on stdout alone', async () => {
    for (const { name, fields } of walked) {
      for (const field of fields.filter(({ former, flag }) => former === undefined && flag !== undefined)) {
        const flag = namesOf(field).at(-1) ?? '';
        if (flag.length < 7) continue;
        const typo = `${flag.slice(0, -2)}${flag.at(-1)}${flag.at(-2)}`;
        if (typo === flag || fields.flatMap(namesOf).includes(typo)) continue;
        const { code, stdout, stderr } = await ohmprop([...name.split(' '), typo, '--json']);
        expect([code, JSON.parse(stdout).files], `${name} ${typo}`).toEqual([2, []]);
        expect(stderr, `${name} ${typo}`).toMatch(new RegExp(`Did you mean .*${flag}(,|\\?)`));
      }
    }
  });

  it('ends a mistyped choice with 2 and the nearest', async () => {
    for (const { name, fields } of walked) {
      for (const field of fields.filter(({ kind, flag }) => kind === 'choice' && flag !== undefined)) {
        const choice = /: ([\w/-]{4,})/.exec(field.help)?.[1];
        if (choice === undefined) continue;
        const line = [...name.split(' '), namesOf(field).at(-1) ?? '', `${choice}x`];
        const { code, stdout, stderr } = await ohmprop(line);
        expect([code, stdout], line.join(' ')).toEqual([2, '']);
        expect(stderr, line.join(' ')).toContain(`did you mean ${choice}?`);
      }
    }
  });
});
