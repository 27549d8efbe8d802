import { parse, YAMLParseError } from 'yaml';
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
  if (text.length > MAX_YAML_CHARACTERS) {
    const size = `${text.length} characters; ${MAX_YAML_CHARACTERS} are the most`;
    throw inputError(code, `${source}: it has ${size}`);
  }
  try {
    const value: unknown = parse(text, { logLevel: 'error', maxAliasCount: 100 });
    requirePlainTree(value);
    return value;
  } catch (cause) {
    throw unreadable(cause, source, code);
  }
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
