import type { CommandDefinition } from './frame/index.js';

/** A command by name. What it is made of is loaded when it is called, or asked about. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Heading that it stands under in `ohmprop --help`. */
  readonly group?: string;
  /** Loads what the command takes and how it answers. */
  readonly load?: () => Promise<CommandDefinition>;
  /** What stands below it, instead of its own action or beside it. */
  readonly commands?: readonly CommandEntry[];
  /** The name it has now, where this one is old: it works, is not listed, and says so once on stderr. */
  readonly renamedTo?: string;
}
