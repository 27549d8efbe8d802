import { z } from 'zod';
import type { CommandEntry } from '../command-entry.js';
import { type CommandDefinition, defineCommand } from '../frame/index.js';
import { placesOf } from './grammar.js';
import { completionScript, shells } from './script.js';

/** @param commands everything that is to be completed */
export function completionCommand(commands: () => readonly CommandEntry[]): CommandDefinition {
  return defineCommand({
    options: z.strictObject({
      shell: z.enum(shells).meta({ argument: '<shell>', description: 'whose script' }),
    }),
    notes:
      'Prints a script; once, to have it in every shell: ohmprop completion bash > ~/.ohmprop-completion; echo ". ~/.ohmprop-completion" >> ~/.bashrc (zsh: ~/.zshrc). Again after an update of ohmprop.',
    examples: ['ohmprop completion bash', 'ohmprop completion zsh'],

    async answer({ shell }) {
      const script = completionScript(shell, await placesOf(commands()));
      return { text: script, json: { shell, script } };
    },
  });
}
