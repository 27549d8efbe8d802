import { type Document, isScalar, LineCounter, parseDocument, type ScalarTag, type Tags, visit } from 'yaml';
import { type ErrorPlace, inputError, type OhmpropError } from '../errors.js';
import { requirePlainTree } from '../input/index.js';
import { quoted } from '../shown.js';

/** A configuration of ours takes some kilobytes. */
export const MAX_YAML_CHARACTERS = 2 ** 16;

/**
 * Reads YAML or JSON that somebody wrote: the one way of doing so. References (`*a`) are followed a hundred times at most, keys
 * stand once, and what comes out is a plain tree.
 * @param source of the text, for messages: a file's name, `--set …`
 * @param code of the error
 * @throws OhmpropError with that code (exit code 2), naming line and column where they are known
 */
export function readYaml(text: string, source: string, code: string): unknown {
  return readYamlWithPlaces(text, source, code).value;
}

/** As `readYaml`, with the place of what stands at a path of keys; the source alone where nothing does. */
export function readYamlWithPlaces(
  text: string,
  source: string,
  code: string,
): { value: unknown; placeOf: (path: readonly string[]) => ErrorPlace } {
  if (text.length > MAX_YAML_CHARACTERS) {
    const size = `${text.length} characters; ${MAX_YAML_CHARACTERS} are the most`;
    throw inputError(code, `${source}: it has ${size}`);
  }
  // Of a text with ten thousand mistakes, ten thousand stacks would be drawn.
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    const lineCounter = new LineCounter();
    // The package compares each key of a mapping with all before it, and draws a picture of each mistake's place.
    const document = parseDocument(text, {
      logLevel: 'error',
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
      customTags: decimalNumbersAlone,
    });
    const [mistake] = document.errors;
    if (mistake !== undefined) throw new Misplaced(mistake.message, lineCounter.linePos(mistake.pos[0]));
    requireUniqueKeys(document, lineCounter);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    requirePlainTree(value);
    const placeOf = (path: readonly string[]): ErrorPlace => {
      const node = document.getIn(path, true) as { range?: readonly number[] } | undefined;
      if (node?.range === undefined) return { file: source };
      const { line, col } = lineCounter.linePos(node.range[0]);
      return { file: source, line, column: col };
    };
    return { value, placeOf };
  } catch (cause) {
    Error.stackTraceLimit = stackTraceLimit;
    throw unreadable(cause, source, code);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function requireUniqueKeys(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) continue;
        const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
        if (keys.has(name))
          throw new Misplaced(`the key ${quoted(name)} stands twice`, lines.linePos(offset));
        keys.add(name);
      }
    },
  });
}

class Misplaced extends Error {
  constructor(
    message: string,
    readonly place: { readonly line: number; readonly col: number },
  ) {
    super(message);
  }
}

/** No 0x10 and no 0o7: numbers are decimal in files, flags and tables alike. */
function decimalNumbersAlone(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || !['HEX', 'OCT'].includes((tag as ScalarTag).format ?? ''),
  );
}

function unreadable(cause: unknown, source: string, code: string): OhmpropError {
  if (cause instanceof Misplaced) {
    const { line, col } = cause.place;
    return inputError(code, `${source}:${line}:${col}: not YAML or JSON: ${cause.message}`, cause, {
      // what was typed is no file
      ...(source.startsWith('--') ? {} : { file: source }),
      line,
      column: col,
    });
  }
  // The parser goes one level down a bracket.
  const why = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
  return inputError(code, `${source}: ${why}`, cause);
}
