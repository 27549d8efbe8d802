import { LineCounter, parseDocument, type ScalarTag, type Tags, YAMLParseError } from 'yaml';
import { inputError, type OhmpropError } from '../errors.js';
import { requirePlainTree } from './plain-tree.js';

/** A configuration of ours takes some kilobytes. */
export const MAX_YAML_CHARACTERS = 2 ** 20;

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

/** As `readYaml`, with the place of what stands at a path of keys: `net.yaml:3:5`, or the source where nothing does. */
export function readYamlWithPlaces(
  text: string,
  source: string,
  code: string,
): { value: unknown; placeOf: (path: readonly string[]) => string } {
  if (text.length > MAX_YAML_CHARACTERS) {
    const size = `${text.length} characters; ${MAX_YAML_CHARACTERS} are the most`;
    throw inputError(code, `${source}: it has ${size}`);
  }
  try {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { logLevel: 'error', lineCounter, customTags: decimalNumbersAlone });
    if (document.errors.length > 0) throw document.errors[0];
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    requirePlainTree(value);
    const placeOf = (path: readonly string[]): string => {
      const node = document.getIn(path, true) as { range?: readonly number[] } | undefined;
      if (node?.range === undefined) return source;
      const { line, col } = lineCounter.linePos(node.range[0]);
      return `${source}:${line}:${col}`;
    };
    return { value, placeOf };
  } catch (cause) {
    throw unreadable(cause, source, code);
  }
}

/** No 0x10 and no 0o7: numbers are decimal in files, flags and tables alike. */
function decimalNumbersAlone(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || !['HEX', 'OCT'].includes((tag as ScalarTag).format ?? ''),
  );
}

function unreadable(cause: unknown, source: string, code: string): OhmpropError {
  if (cause instanceof YAMLParseError) {
    const where = cause.linePos?.[0];
    const place = where === undefined ? source : `${source}:${where.line}:${where.col}`;
    // The lines after the first draw the place into the text.
    const [what] = cause.message.split('\n');
    return inputError(
      code,
      `${place}: not YAML or JSON: ${what.replace(/ at line \d+, column \d+:$/, '')}`,
      cause,
    );
  }
  // The parser goes one level down a bracket.
  const why = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
  return inputError(code, `${source}: ${why}`, cause);
}
