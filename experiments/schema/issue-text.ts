import type { z } from 'zod';
import { nearestWord } from '../../core/index.js';

/** What zod's own sentences begin with; those of a schema are kept. */
const ofZod = /^(Invalid|Too (small|big)|Unrecognized)/;

/** What a wrong field needs: "needs a number above 0". @param got what it holds */
export function issueText(issue: z.core.$ZodIssue, got: unknown): string {
  if (!ofZod.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `needs ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return bound(issue.origin, issue.minimum, issue.inclusive ? 'at least' : 'above', 'at least');
    case 'too_big':
      return bound(issue.origin, issue.maximum, issue.inclusive ? 'at most' : 'below', 'at most');
    case 'invalid_value':
      return oneOf(issue.values, got);
    case 'invalid_union': {
      const choices = 'options' in issue ? (issue.options as unknown[]) : valuesOf(issue.errors);
      return choices.length === 0 ? 'does not fit' : oneOf(choices, got);
    }
    default:
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping of keys to values',
  array: 'a list',
};

function bound(origin: string, limit: unknown, comparison: string, ofCount: string): string {
  if (origin === 'array' || origin === 'set') return `needs ${ofCount} ${limit} of them`;
  if (origin === 'string') return `needs ${ofCount} ${limit} characters`;
  return `needs a ${origin === 'int' ? 'whole number' : 'number'} ${comparison === 'at least' || comparison === 'at most' ? `of ${comparison}` : comparison} ${limit}`;
}

function oneOf(choices: readonly unknown[], got: unknown): string {
  const near = typeof got === 'string' ? nearestWord(got, choices.map(String)) : undefined;
  const list = choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`;
  return `needs ${list}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** Every literal that some alternative wants. */
function valuesOf(errors: readonly (readonly z.core.$ZodIssue[])[]): unknown[] {
  return errors.flat().flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
}
