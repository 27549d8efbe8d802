import { requirePlainTree } from './plain-tree.js';

/**
 * Reads JSON that was written elsewhere; what comes out is a plain tree.
 * @throws Error that says what is wrong
 */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  requirePlainTree(value);
  return value;
}
