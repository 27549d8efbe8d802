// Crossbars with wire resistance: set-up, line relaxation with a coarse grid, conjugate gradients.
export { cappedSum, countAbove, factorBitLines, factorWordLines, pack } from './factor';
export { coarseCorrection, contractMoments, factorBand, momentsOfInterval, solveBand } from './coarse';
export { sweepDown, sweepUp } from './sweep';
export { advance, applyOperator, coarseEnergy, injectedResidual, newDirection } from './gradient';
export { finish, packTiles, unpack } from './finish';
export { sweepDownInjected } from './sweep';
export { clearPadding, kirchhoff, takeTangents, wordLinesInjected } from './bent-cells';
