import type { CommandDefinition } from '../frame/index.js';

/** What `ohmprop init` writes for one way into ohmprop, and what to type then. */
export interface Starter {
  readonly description: string;
  /** The command whose options the YAML file holds: its JSON Schema is written beside it. Absent where there is no such file. */
  readonly configures?: {
    readonly command: string;
    readonly file: string;
    readonly load: () => Promise<CommandDefinition>;
  };
  /** Name → content. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines to type in that directory, one after the other. */
  readonly next: readonly string[];
  /** What to put in place of the examples. */
  readonly yours: string;
}

/** The line by which editors find the schema of a YAML file. */
export function schemaLine(file: string): string {
  return `# yaml-language-server: $schema=./${schemaName(file)}`;
}

/** `crossbar.schema.json` of `crossbar.yaml`. */
export function schemaName(file: string): string {
  return file.replace(/\.yaml$/, '.schema.json');
}
