// For those who drive learning boards: on a serial line or over TCP, virtual (real firmware, emulated), or simulated.
export { OhmpropError } from '../core/index.js';
export * from '../devices/boards/index.js';
export * from '../drivers/board/index.js';
export * from '../drivers/transport/index.js';
export * from '../drivers/virtual-board/index.js';
export * from '../solver/board/index.js';
