import type { Sockets } from './sockets.js';

/** What jobs need of the instrument around them. */
export interface Board {
  readonly sockets: Sockets;
  readonly firmware: { readonly major: number; readonly minor: number } | undefined;
  sendLine(text: string): void;
  sendFloats(...values: number[]): void;
  sendShorts(...values: number[]): void;
  reset(): void;
}
