// Kernel of the layered resistive network; see kernels/layered.ts for what each export does.
export { scratchSize } from './memory-of-thread';
export { listSignals, scaleValues } from './signals';
export { applyUpdate, gatherDrive, nudgeGroup, settleDeltas, settleGroup, settleStates } from './step';
export { contrastDeltas, readContrast, sumProducts } from './contrast';
export { countSaturated, gradientRow, loadRow, storeRow, storeRows } from './stored-rows';
export { recordSizes } from './structure';
